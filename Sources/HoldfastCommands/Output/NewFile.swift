import Glibc
import HoldfastCore

/// A file that is there once it is whole: written under another name beside its place, and put there at the end. Readable by its owner only.
final class NewFile {
    private let path: String
    private let temporary: String
    private let descriptor: Int32
    private var isFinished = false

    /// - Throws: ``HoldfastError`` `file_unreadable`.
    init(_ path: String) throws {
        self.path = path
        temporary = "\(path).\(getpid()).part"
        descriptor = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw Self.failure(path) }
    }

    deinit {
        close(descriptor)
        if !isFinished { unlink(temporary) }
    }

    func write(_ text: String) throws { try write(Array(text.utf8)[...]) }

    func write(_ bytes: ArraySlice<UInt8>) throws {
        var rest = bytes
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            if count >= 0 { rest = rest.dropFirst(count) } else if errno != EINTR { throw Self.failure(path) }
        }
    }

    func finish() throws {
        guard fsync(descriptor) == 0, rename(temporary, path) == 0 else { throw Self.failure(path) }
        isFinished = true
    }

    private static func failure(_ path: String) -> HoldfastError {
        let code = errno
        return HoldfastError(
            code == ENOSPC || code == EDQUOT ? .diskFull : .fileUnreadable, "Cannot write \(path): \(SystemError.reason(code)).",
            hint: "choose another place")
    }
}
