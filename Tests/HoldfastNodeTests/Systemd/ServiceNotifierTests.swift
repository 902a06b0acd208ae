import Glibc
import Testing

@testable import HoldfastNode

@Suite("sd_notify datagrams")
struct ServiceNotifierTests {
    /// Each message is in the socket's queue when the call returns.
    private func messages(bind name: String, notifier: ServiceNotifier) throws -> [String] {
        let descriptor = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue) | Int32(SOCK_NONBLOCK.rawValue), 0)
        defer { close(descriptor) }
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        var bytes = Array(name.utf8)
        if bytes.first == UInt8(ascii: "@") { bytes[0] = 0 }
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: bytes) }
        let length = socklen_t(MemoryLayout<sa_family_t>.size + bytes.count)
        let bound = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { Glibc.bind(descriptor, $0, length) }
        }
        try #require(bound == 0)
        notifier.ready("Serving")
        notifier.status("Still here")
        notifier.watchdog()
        notifier.stopping()
        var received: [String] = []
        var buffer = [UInt8](repeating: 0, count: 4096)
        while case let count = recv(descriptor, &buffer, buffer.count, 0), count > 0 {
            received.append(String(decoding: buffer[..<count], as: UTF8.self))
        }
        return received
    }

    private static let expected = [
        "READY=1\nSTATUS=Serving", "STATUS=Still here", "WATCHDOG=1", "STOPPING=1\nSTATUS=Stopping: open requests may end",
    ]

    @Test("messages go to the socket's path")
    func path() throws {
        let folder = try TestFolder()
        let path = folder.path + "/notify"
        #expect(try messages(bind: path, notifier: ServiceNotifier(environment: ["NOTIFY_SOCKET": path])) == Self.expected)
    }

    @Test("'@' is the abstract namespace")
    func abstract() throws {
        let name = "@holdfast-test-\(getpid())-\(UInt64.random(in: 0...UInt64.max))"
        #expect(try messages(bind: name, notifier: ServiceNotifier(environment: ["NOTIFY_SOCKET": name])) == Self.expected)
    }

    @Test("without a socket, or with one that is not there or too long, nothing happens")
    func none() {
        for environment in [
            [:], ["NOTIFY_SOCKET": ""], ["NOTIFY_SOCKET": "/nonexistent"], ["NOTIFY_SOCKET": "/" + String(repeating: "x", count: 200)],
        ] {
            ServiceNotifier(environment: environment).ready("x")
        }
    }

    @Test("the life sign comes twice in the interval that was given")
    func interval() {
        #expect(LifeSign.interval(environment: ["WATCHDOG_USEC": "3000000"]) == .microseconds(1_500_000))
        #expect(LifeSign.interval(environment: [:]) == nil && LifeSign.interval(environment: ["WATCHDOG_USEC": "x"]) == nil)
        #expect(LifeSign.interval(environment: ["WATCHDOG_USEC": "0"]) == .milliseconds(1), "never without a pause")
    }
}
