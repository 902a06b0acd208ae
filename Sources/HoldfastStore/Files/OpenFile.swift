import Glibc
import HoldfastCore

/// An open descriptor, closed with its last reference. Every file of the store is opened here: never through a symbolic link at its end, and
/// never handed on to a child.
final class OpenFile: Sendable {
    let descriptor: Int32
    let path: String

    /// - Parameter flags: `O_RDONLY`, `O_CREAT`, …; `O_NOFOLLOW` and `O_CLOEXEC` are added.
    init(_ path: String, _ flags: Int32, mode: mode_t = 0o600, action: String) throws {
        descriptor = Glibc.open(path, flags | O_NOFOLLOW | O_CLOEXEC, mode)
        self.path = path
        guard descriptor >= 0 else { throw SystemError.error(action, path) }
    }

    deinit { close(descriptor) }

    func status() throws -> stat {
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { throw SystemError.error("look at a file", path) }
        return status
    }

    func writeAll(_ bytes: UnsafeRawBufferPointer) throws {
        var rest = bytes
        while let start = rest.baseAddress, !rest.isEmpty {
            let written = write(descriptor, start, rest.count)
            if written < 0 {
                if errno == EINTR { continue }
                throw SystemError.error("write a file", path)
            }
            rest = UnsafeRawBufferPointer(rebasing: rest[written...])
        }
    }

    func writeAll(_ bytes: UnsafeRawBufferPointer, at offset: Int64) throws {
        var done = 0
        while done < bytes.count, let start = bytes.baseAddress {
            let written = pwrite(descriptor, start + done, bytes.count - done, off_t(offset) + off_t(done))
            if written < 0 {
                if errno == EINTR { continue }
                throw SystemError.error("write a file", path)
            }
            done += written
        }
    }

    func synchronize() throws {
        guard fsync(descriptor) == 0 else { throw SystemError.error("bring a file to the disk", path) }
    }

    /// Reads up to `buffer.count` bytes; fewer only at the end of the file.
    func read(at offset: Int64, into buffer: UnsafeMutableRawBufferPointer) throws -> Int {
        var filled = 0
        while filled < buffer.count, let start = buffer.baseAddress {
            let got = pread(descriptor, start + filled, buffer.count - filled, off_t(offset) + off_t(filled))
            if got < 0 {
                if errno == EINTR { continue }
                throw SystemError.error("read a file", path)
            }
            if got == 0 { break }
            filled += got
        }
        return filled
    }
}
