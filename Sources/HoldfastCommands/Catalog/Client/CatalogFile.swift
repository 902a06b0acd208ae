import FoundationEssentials
import Glibc
import HoldfastCore

/// Files of the operator's: small ones whole, a model anywhere in it.
enum CatalogFile {
    /// - Throws: ``HoldfastError`` `file_unreadable`.
    static func read(_ path: String, limit: Int) throws -> [UInt8] {
        let file = try OpenedFile(path)
        guard file.size <= limit else {
            throw HoldfastError(.fileUnreadable, "\(path) has \(file.size) bytes, and \(limit) are the most here.")
        }
        return try file.read(at: 0, count: Int(file.size))
    }
}

/// A file, open for reading.
final class OpenedFile: RandomAccessBytes {
    let path: String
    let size: UInt64
    private let descriptor: Int32

    init(_ path: String) throws {
        descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else {
            throw HoldfastError(.fileUnreadable, "Cannot open \(path): \(SystemError.reason(errno)).", hint: "ls -l \(path)")
        }
        let end = lseek(descriptor, 0, SEEK_END)
        guard end >= 0 else {
            let reason = SystemError.reason(errno)
            close(descriptor)
            throw HoldfastError(.fileUnreadable, "Cannot read \(path): \(reason).")
        }
        self.path = path
        size = UInt64(end)
    }

    deinit { close(descriptor) }

    func read(at offset: UInt64, count: Int) throws -> [UInt8] {
        let wanted = offset < size ? min(count, Int(size - offset)) : 0
        return try [UInt8](unsafeUninitializedCapacity: wanted) { buffer, done in
            while done < wanted {
                let got = pread(descriptor, buffer.baseAddress?.advanced(by: done), wanted - done, off_t(offset) + off_t(done))
                if got < 0, errno == EINTR { continue }
                guard got >= 0 else { throw HoldfastError(.fileUnreadable, "Cannot read \(path): \(SystemError.reason(errno)).") }
                if got == 0 { break }
                done += got
            }
        }
    }
}
