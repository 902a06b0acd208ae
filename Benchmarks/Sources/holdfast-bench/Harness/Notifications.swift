import Glibc

/// The socket systemd would listen on: tells when a daemon is ready.
final class Notifications {
    let path: String
    private let descriptor: Int32

    init(path: String) throws {
        self.path = path
        descriptor = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        unlink(path)
        let bound = SocketAddress.with(path: path) { bind(descriptor, $0, $1) }
        guard bound == 0 else { throw BenchError.system("bind \(path)") }
    }

    deinit {
        close(descriptor)
        unlink(path)
    }

    /// Waits for READY=1.
    /// - Throws: ``BenchError`` when the program ends first, or after `limit` seconds.
    func waitUntilReady(_ child: Child, limit: Double = 60) throws {
        var buffer = [UInt8](repeating: 0, count: 4096)
        let end = Clock.seconds + limit
        while Clock.seconds < end {
            var entry = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
            if poll(&entry, 1, 100) > 0 {
                let count = recv(descriptor, &buffer, buffer.count, 0)
                if count > 0, String(decoding: buffer[..<count], as: UTF8.self).split(separator: "\n").contains("READY=1") { return }
            } else if !child.isRunning {
                throw BenchError("the daemon ended before it was ready")
            }
        }
        throw BenchError("the daemon was not ready after \(limit) s")
    }
}

enum SocketAddress {
    static func with<Value>(path: String, _ body: (UnsafePointer<sockaddr>, socklen_t) -> Value) -> Value {
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8.prefix($0.count - 1)) }
        return withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { body($0, socklen_t(MemoryLayout<sockaddr_un>.size)) }
        }
    }
}
