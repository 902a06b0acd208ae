import Glibc
import HoldfastCore

/// Small files of the signer, replaced whole and durably.
enum SignerFiles {
    private static let limit = 4 << 20

    private static func failure(_ action: String, _ path: String) -> HoldfastError {
        let code = errno
        return HoldfastError(
            code == ENOSPC ? .diskFull : .fileUnreadable, "Cannot \(action) \(path): \(String(cString: strerror(code))).",
            hint: "holdfast-signer --state DIR, with a directory of its own")
    }

    static func makeFolder(_ path: String) throws {
        var status = stat()
        if mkdir(path, 0o700) != 0 && errno != EEXIST { throw failure("make the folder", path) }
        guard lstat(path, &status) == 0, status.st_mode & S_IFMT == S_IFDIR else { throw failure("use", path) }
        guard status.st_uid == geteuid(), status.st_mode & 0o077 == 0 else {
            throw HoldfastError(
                .configurationInvalid, "The directory \(path) is not this user's alone: keys do not belong there.",
                hint: "chmod 700 \(path)")
        }
    }

    static func names(in path: String) throws -> [String] {
        guard let stream = opendir(path) else { throw failure("read", path) }
        defer { closedir(stream) }
        var names: [String] = []
        while let entry = readdir(stream) {
            names.append(withUnsafeBytes(of: entry.pointee.d_name) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) })
        }
        return names.filter { $0 != "." && $0 != ".." }
    }

    /// - Returns: nil when there is none.
    static func read(_ path: String) throws -> String? {
        let file = open(path, O_RDONLY | O_NOFOLLOW | O_CLOEXEC)
        guard file >= 0 else {
            guard errno == ENOENT else { throw failure("read", path) }
            return nil
        }
        defer { close(file) }
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 65_536)
        while true {
            let got = Glibc.read(file, &buffer, buffer.count)
            guard got >= 0 else { throw failure("read", path) }
            if got == 0 { return String(decoding: bytes, as: UTF8.self) }
            bytes += buffer[..<got]
            guard bytes.count <= limit else { throw HoldfastError(.fileUnreadable, "\(path) is too long.") }
        }
    }

    static func replace(_ path: String, with text: String) throws {
        let temporary = path + ".new"
        unlink(temporary)
        let file = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard file >= 0 else { throw failure("write", temporary) }
        defer { close(file) }
        var rest = Array(text.utf8)[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { write(file, $0.baseAddress, $0.count) }
            guard count >= 0 || errno == EINTR else { throw failure("write", temporary) }
            rest = rest.dropFirst(max(0, count))
        }
        guard fsync(file) == 0, rename(temporary, path) == 0 else { throw failure("write", path) }
        try synchronizeFolder(of: path)
    }

    static func remove(_ path: String) throws {
        guard unlink(path) == 0 || errno == ENOENT else { throw failure("remove", path) }
        try synchronizeFolder(of: path)
    }

    private static func synchronizeFolder(of path: String) throws {
        let folder = path.split(separator: "/", omittingEmptySubsequences: false).dropLast().joined(separator: "/")
        let descriptor = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { throw failure("open", folder) }
        defer { close(descriptor) }
        guard fsync(descriptor) == 0 else { throw failure("write", folder) }
    }
}
