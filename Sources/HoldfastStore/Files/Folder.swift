import Glibc
import HoldfastCore

enum Folder {
    static func parent(of path: String) -> String {
        guard let slash = path.utf8.lastIndex(of: UInt8(ascii: "/")), slash != path.startIndex else {
            return path.hasPrefix("/") ? "/" : "."
        }
        return String(path[..<slash])
    }

    /// Makes the folder and its missing parents, each with `mode`. One that is there stays as it is; ``PrivateFolder`` looks closer.
    static func make(_ path: String, mode: mode_t) throws {
        if mkdir(path, mode) == 0 {
            guard chmod(path, mode) == 0 else { throw SystemError.error("set a folder's mode", path) }
            return try synchronize(parent(of: path))
        }
        switch errno {
        case EEXIST:
            var status = stat()
            guard stat(path, &status) == 0, status.st_mode & S_IFMT == S_IFDIR else {
                throw SystemError.error("use \(path) as a folder", path, code: ENOTDIR)
            }
        case ENOENT where parent(of: path) != path:
            try make(parent(of: path), mode: mode)
            try make(path, mode: mode)
        default: throw SystemError.error("make a folder", path)
        }
    }

    /// Makes names that were added, moved or removed in the folder durable.
    static func synchronize(_ path: String) throws {
        try OpenFile(path, O_RDONLY | O_DIRECTORY, action: "open a folder").synchronize()
    }

    /// - Returns: the names in the folder, in no order, without `.` and `..`.
    static func names(in path: String) throws -> [String] {
        guard let stream = opendir(path) else { throw SystemError.error("read a folder", path) }
        defer { closedir(stream) }
        var names: [String] = []
        while let entry = readdir(stream) {
            let name = withUnsafeBytes(of: entry.pointee.d_name) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
            if name != ".", name != ".." { names.append(name) }
        }
        return names
    }
}
