import Glibc
import HoldfastCore

/// Small files that are read and replaced whole.
enum SmallFile {
    static let limit: Int64 = 1 << 20

    /// - Returns: nil when there is no such file.
    static func read(_ path: String) throws -> [UInt8]? {
        var status = stat()
        guard lstat(path, &status) == 0 else {
            guard errno == ENOENT else { throw SystemError.error("read a file", path) }
            return nil
        }
        let file = try OpenFile(path, O_RDONLY, action: "read a file")
        let size = Int64(try file.status().st_size)
        guard size <= limit else {
            throw HoldfastError(.fileUnreadable, "\(path) has \(size) bytes, more than this file can have.")
        }
        var bytes = [UInt8](repeating: 0, count: Int(size))
        let got = try bytes.withUnsafeMutableBytes { try file.read(at: 0, into: $0) }
        return Array(bytes.prefix(got))
    }

    /// Replaces the file whole: after a crash the old or the new one is there. Durable on return.
    static func replace(_ path: String, with bytes: [UInt8], mode: mode_t) throws {
        let temporary = path + ".new"
        guard unlink(temporary) == 0 || errno == ENOENT else { throw SystemError.error("replace a file", temporary) }
        let file = try OpenFile(temporary, O_WRONLY | O_CREAT | O_EXCL, mode: mode, action: "write a file")
        // The mode given to open is narrowed by the umask.
        guard fchmod(file.descriptor, mode) == 0 else { throw SystemError.error("set a file's mode", temporary) }
        try bytes.withUnsafeBytes { try file.writeAll($0) }
        try file.synchronize()
        guard rename(temporary, path) == 0 else { throw SystemError.error("replace a file", path) }
        try Folder.synchronize(Folder.parent(of: path))
    }
}
