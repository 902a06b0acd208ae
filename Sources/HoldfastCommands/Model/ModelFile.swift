import Glibc
import HoldfastCore
import NIOCore

/// A model file of the user's, open for reading and known to begin as GGUF does.
final class ModelFile: Sendable {
    let path: String
    let size: Int64
    private let descriptor: Int32

    /// - Throws: ``HoldfastError`` `file_unreadable`, or `model_invalid` for a file that cannot be GGUF.
    init(path: String) throws {
        // Not blocking, so that a FIFO is refused instead of waited for.
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else { throw Self.cannotOpen(path, number: errno) }
        do {
            var status = stat()
            guard fstat(descriptor, &status) == 0 else { throw SystemError.current("examine \(path)") }
            guard status.st_mode & S_IFMT == S_IFREG else {
                let isDirectory = status.st_mode & S_IFMT == S_IFDIR
                throw HoldfastError(
                    .fileUnreadable, "\(path) is \(isDirectory ? "a directory" : "not a regular file"); one GGUF file is needed.",
                    hint: isDirectory ? "ls \(path.hasSuffix("/") ? path : path + "/")*.gguf" : "ls -l \(path)")
            }
            var start = [UInt8](repeating: 0, count: 64)
            let count = start.withUnsafeMutableBytes { pread(descriptor, $0.baseAddress, $0.count, 0) }
            guard count >= 0 else {
                throw HoldfastError(.fileUnreadable, "Cannot read \(path): \(SystemError.reason(errno)).")
            }
            if let why = GGUFStart.refusal(of: Array(start.prefix(count))) {
                throw HoldfastError(.modelInvalid, "\(path) is not a GGUF file: \(why).", hint: "file \(path)")
            }
            self.size = Int64(status.st_size)
        } catch {
            close(descriptor)
            throw error
        }
        self.path = path
        self.descriptor = descriptor
        posix_fadvise(descriptor, 0, 0, POSIX_FADV_SEQUENTIAL)
    }

    deinit { close(descriptor) }

    private static func cannotOpen(_ path: String, number: Int32) -> HoldfastError {
        guard number == ENOENT else {
            return HoldfastError(.fileUnreadable, "Cannot open \(path): \(SystemError.reason(number)).", hint: "ls -l \(path)")
        }
        let parts = path.split(separator: "/")
        let folder = (path.hasPrefix("/") ? "/" : "") + parts.dropLast().joined(separator: "/")
        return HoldfastError(.fileUnreadable, "There is no file \(path).", hint: "ls -l \(folder.isEmpty ? "." : folder)")
    }

    /// - Returns: exactly `min(count, what is left)` bytes.
    /// - Throws: ``HoldfastError`` `file_unreadable`, also when the file has become shorter.
    func read(at offset: Int64, count: Int) throws -> ByteBuffer {
        let wanted = min(count, Int(size - offset))
        var buffer = ByteBuffer()
        try buffer.writeWithUnsafeMutableBytes(minimumWritableBytes: wanted) { memory in
            var done = 0
            while done < wanted {
                let got = pread(descriptor, memory.baseAddress?.advanced(by: done), wanted - done, off_t(offset) + off_t(done))
                if got > 0 {
                    done += got
                } else if got == 0 {
                    throw HoldfastError(.fileUnreadable, "\(path) became shorter while it was read.", hint: "holdfast model add again")
                } else if errno != EINTR {
                    throw HoldfastError(.fileUnreadable, "Cannot read \(path): \(SystemError.reason(errno)).")
                }
            }
            return done
        }
        return buffer
    }
}
