import Glibc
import HoldfastCore
import HoldfastHTTP

/// sd_listen_fds(3): sockets that systemd opened for us, by their FileDescriptorName: `api` and `admin`.
enum InheritedSockets {
    private static let firstDescriptor: Int32 = 3

    /// - Throws: ``HoldfastError`` `configuration_invalid` for a name that is no socket of ours.
    static func read(environment: [String: String]) throws -> [SocketKind: ListeningSocket] {
        guard environment["LISTEN_PID"].flatMap(Int32.init) == getpid(), let count = environment["LISTEN_FDS"].flatMap(Int32.init),
            count > 0
        else {
            return [:]
        }
        let names = (environment["LISTEN_FDNAMES"] ?? "").split(separator: ":", omittingEmptySubsequences: false)
        var sockets: [SocketKind: ListeningSocket] = [:]
        for offset in 0..<count {
            let name = Int(offset) < names.count ? String(names[Int(offset)]) : "unknown"
            guard let kind = SocketKind(rawValue: name), kind != .internal, sockets[kind] == nil else {
                throw HoldfastError(
                    .configurationInvalid,
                    "The inherited socket \(offset + 1) is named '\(name.prefix(40))'; it must be 'api' or 'admin', each once.",
                    hint: "FileDescriptorName= in the .socket unit")
            }
            let descriptor = firstDescriptor + offset
            _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
            sockets[kind] = ListeningSocket(inherited: descriptor, kind: kind)
        }
        return sockets
    }
}
