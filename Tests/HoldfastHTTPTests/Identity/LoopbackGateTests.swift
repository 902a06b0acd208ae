import Glibc
import HoldfastCore
import Testing

@testable import HoldfastHTTP

@Suite("The loopback listener's gate")
struct LoopbackGateTests {
    @Test(
        "a Host without its port",
        arguments: [
            ("localhost", "localhost"), ("localhost:80", "localhost"), ("127.0.0.1:8642", "127.0.0.1"), ("[::1]", "[::1]"),
            ("[::1]:8642", "[::1]"), ("evil.example:80", "evil.example"), ("localhost:", "localhost"), ("localhost:80:90", "localhost:80"),
            ("a@localhost", "a@localhost"), ("localhost:x", "localhost:x"), ("", ""), (":", ""), ("::1", ":"),
        ])
    func hosts(authority: String, host: String) {
        #expect(LoopbackGate.withoutPort(authority) == host)
    }

    @Test(
        "an inherited listener must be bound to the loopback interface",
        arguments: [
            ("127.0.0.1", true), ("127.3.2.1", true), ("0.0.0.0", false), ("::1", true), ("::", false), ("::ffff:127.0.0.1", true),
        ])
    func addresses(address: String, accepted: Bool) throws {
        let descriptor = try #require(Self.listen(address))
        defer { close(descriptor) }
        if accepted {
            try InheritedDescriptor.requireLoopback(descriptor, name: "loopback")
        } else {
            let error = try #require(throws: HoldfastError.self) { try InheritedDescriptor.requireLoopback(descriptor, name: "loopback") }
            #expect(error.code == .configurationInvalid && error.message.contains("bound to \(address)"), "\(error)")
        }
        #expect(throws: HoldfastError.self) { try InheritedDescriptor.requireUnix(descriptor, name: "api") }
    }

    @Test("what does not listen is refused, and so is a file")
    func others() {
        let unconnected = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(unconnected) }
        #expect(throws: HoldfastError.self) { try InheritedDescriptor.requireUnix(unconnected, name: "api") }
        #expect(throws: HoldfastError.self) { try InheritedDescriptor.requireLoopback(unconnected, name: "loopback") }
        #expect(throws: HoldfastError.self) { try InheritedDescriptor.requireUnix(-1, name: "api") }
    }

    @Test("connections of one bucket share a limit and take none of another's")
    func limits() {
        let limits = ConnectionLimits(maximum: 5, maximumPerUID: 2)
        #expect(limits.admit(.loopback) && limits.admit(.loopback) && !limits.admit(.loopback))
        #expect(limits.admit(.application("a")) && limits.admit(.application("b")) && limits.admit(.uid(1)) && !limits.admit(.uid(2)))
        limits.release(.loopback)
        #expect(limits.count == 4 && limits.admit(.loopback))
    }

    private static func listen(_ address: String) -> Int32? {
        var hints = addrinfo()
        hints.ai_flags = AI_NUMERICHOST | AI_PASSIVE
        hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        var found: UnsafeMutablePointer<addrinfo>?
        guard getaddrinfo(address, "0", &hints, &found) == 0, let entry = found else { return nil }
        defer { freeaddrinfo(found) }
        let descriptor = socket(entry.pointee.ai_family, Int32(SOCK_STREAM.rawValue), 0)
        guard descriptor >= 0, bind(descriptor, entry.pointee.ai_addr, entry.pointee.ai_addrlen) == 0, Glibc.listen(descriptor, 1) == 0
        else {
            close(descriptor)
            return nil
        }
        return descriptor
    }
}
