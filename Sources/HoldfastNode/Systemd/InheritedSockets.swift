import Glibc
import HoldfastCore
import HoldfastHTTP

/// sd_listen_fds(3): sockets that systemd opened for us, by their FileDescriptorName.
enum InheritedSockets {
    enum Name: String, CaseIterable {
        case api
        case admin
        /// TCP on 127.0.0.0/8 or ::1: there is no other way to get such a listener.
        case loopback
    }

    private static let firstDescriptor: Int32 = 3

    /// - Throws: ``HoldfastError`` `configuration_invalid` for a name that is no socket of ours, and for a socket that is not of the name's
    ///   kind.
    static func read(environment: [String: String]) throws -> [Name: ListeningSocket] {
        guard environment["LISTEN_PID"].flatMap(Int32.init) == getpid(), let count = environment["LISTEN_FDS"].flatMap(Int32.init),
            count > 0
        else {
            return [:]
        }
        let names = (environment["LISTEN_FDNAMES"] ?? "").split(separator: ":", omittingEmptySubsequences: false)
        var sockets: [Name: ListeningSocket] = [:]
        for offset in 0..<count {
            let text = Int(offset) < names.count ? String(names[Int(offset)]) : "unknown"
            guard let name = Name(rawValue: text), sockets[name] == nil else {
                throw HoldfastError(
                    .configurationInvalid,
                    "The inherited socket \(offset + 1) is named '\(text.prefix(40))'; it must be 'api', 'admin' or 'loopback', each once.",
                    hint: "FileDescriptorName= in the .socket unit")
            }
            let descriptor = firstDescriptor + offset
            _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
            sockets[name] = try socket(descriptor, name)
        }
        return sockets
    }

    private static func socket(_ descriptor: Int32, _ name: Name) throws -> ListeningSocket {
        switch name {
        case .api, .admin: try InheritedDescriptor.requireUnix(descriptor, name: name.rawValue)
        case .loopback: try InheritedDescriptor.requireLoopback(descriptor, name: name.rawValue)
        }
        switch name {
        case .api: return ListeningSocket(inherited: descriptor, kind: .api)
        case .admin: return ListeningSocket(inherited: descriptor, kind: .admin)
        case .loopback: return ListeningSocket(inherited: descriptor, kind: .api, door: .loopback)
        }
    }
}
