import Glibc
import HoldfastCore

/// A file read whole, up to a limit.
enum SmallFile {
    /// - Throws: ``HoldfastError`` `file_unreadable`.
    static func read(_ path: String, limit: Int) throws -> [UInt8] {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else { throw failure(path) }
        defer { close(descriptor) }
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 1 << 16)
        while true {
            let count = buffer.withUnsafeMutableBytes { Glibc.read(descriptor, $0.baseAddress, $0.count) }
            if count == 0 { return bytes }
            if count < 0 {
                if errno == EINTR { continue }
                throw failure(path)
            }
            bytes += buffer.prefix(count)
            guard bytes.count <= limit else {
                throw HoldfastError(.fileUnreadable, "\(path) is larger than \(Human.bytes(Int64(limit))).")
            }
        }
    }

    private static func failure(_ path: String) -> HoldfastError {
        HoldfastError(.fileUnreadable, "Cannot read \(path): \(SystemError.reason(errno)).", hint: "ls -l \(path)")
    }
}
