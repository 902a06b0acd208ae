import Glibc
import HoldfastCore

/// What an inherited descriptor is, before anything is served on it.
public enum InheritedDescriptor {
    /// - Throws: ``HoldfastError`` `configuration_invalid` for anything but a listening Unix socket.
    public static func requireUnix(_ descriptor: Int32, name: String) throws {
        let address = try listening(descriptor, name: name)
        guard address.family == AF_UNIX else { throw refusal(name, "it is not a Unix socket") }
    }

    /// - Throws: ``HoldfastError`` `configuration_invalid` for anything but a listening TCP socket bound to 127.0.0.0/8 or ::1: what is
    ///   there must not be reached from the network, whoever configured it.
    public static func requireLoopback(_ descriptor: Int32, name: String) throws {
        let address = try listening(descriptor, name: name)
        guard address.isLoopback else {
            throw refusal(name, "it must be bound to 127.0.0.0/8 or ::1, and is bound to \(address.description)")
        }
    }

    private static func listening(_ descriptor: Int32, name: String) throws -> BoundAddress {
        var accepts: Int32 = 0
        var length = socklen_t(MemoryLayout<Int32>.size)
        guard getsockopt(descriptor, SOL_SOCKET, SO_ACCEPTCONN, &accepts, &length) == 0, accepts == 1,
            let address = BoundAddress(of: descriptor)
        else { throw refusal(name, "it is not a socket that listens") }
        return address
    }

    private static func refusal(_ name: String, _ why: String) -> HoldfastError {
        HoldfastError(
            .configurationInvalid, "The inherited socket '\(name)' cannot be used: \(why).", hint: "ListenStream= in the .socket unit")
    }
}

/// Where a socket is bound, as getsockname(2) says.
struct BoundAddress: CustomStringConvertible {
    let family: Int32
    private let bytes: [UInt8]

    init?(of descriptor: Int32) {
        var storage = sockaddr_storage()
        var length = socklen_t(MemoryLayout<sockaddr_storage>.size)
        let status = withUnsafeMutablePointer(to: &storage) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { getsockname(descriptor, $0, &length) }
        }
        guard status == 0 else { return nil }
        family = Int32(storage.ss_family)
        bytes = withUnsafeBytes(of: storage) { raw in
            switch Int32(storage.ss_family) {
            // sockaddr_in has its address at 4, sockaddr_in6 at 8.
            case AF_INET: Array(raw[4..<8])
            case AF_INET6: Array(raw[8..<24])
            default: []
            }
        }
    }

    /// An IPv4 address in IPv6's clothes (::ffff:127.0.0.1) counts as what it is.
    var isLoopback: Bool {
        switch family {
        case AF_INET: bytes[0] == 127
        case AF_INET6:
            bytes == [UInt8](repeating: 0, count: 15) + [1]
                || bytes.prefix(12) == [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff] && bytes[12] == 127
        default: false
        }
    }

    var description: String {
        var text = [CChar](repeating: 0, count: Int(INET6_ADDRSTRLEN))
        guard family == AF_INET || family == AF_INET6, inet_ntop(family, bytes, &text, socklen_t(text.count)) != nil else {
            return family == AF_UNIX ? "a path" : "an address of family \(family)"
        }
        return String(decoding: text.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
    }
}
