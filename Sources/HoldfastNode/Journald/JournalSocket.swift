import Glibc

/// The journal's own protocol: one datagram an entry, on a Unix socket (systemd.io/JOURNAL_NATIVE_PROTOCOL).
///
/// An entry too large for a datagram would go as a sealed memory file; those of ``JournalEntry`` have a few KiB at most.
final class JournalSocket: Sendable {
    static let standardPath = "/run/systemd/journal/socket"

    enum Sent: Equatable {
        case done
        /// The journal is behind; it may take it in a moment.
        case full
        /// It is not there, or does not take this.
        case refused(Int32)
    }

    let path: String
    private let descriptor: Int32

    init(path: String) {
        self.path = path
        descriptor = socket(
            AF_UNIX, Int32(SOCK_DGRAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue) | Int32(SOCK_NONBLOCK.rawValue), 0)
    }

    deinit { if descriptor >= 0 { close(descriptor) } }

    /// Never waits.
    func send(_ datagram: [UInt8]) -> Sent {
        var address = sockaddr_un()
        guard descriptor >= 0, path.utf8.count < MemoryLayout.size(ofValue: address.sun_path) else { return .refused(ENAMETOOLONG) }
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: Array(path.utf8)) }
        let length = socklen_t(MemoryLayout<sockaddr_un>.size)
        let sent = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                sendto(descriptor, datagram, datagram.count, Int32(MSG_NOSIGNAL) | Int32(MSG_DONTWAIT), $0, length)
            }
        }
        if sent >= 0 { return .done }
        return errno == EAGAIN || errno == EWOULDBLOCK || errno == ENOBUFS ? .full : .refused(errno)
    }
}
