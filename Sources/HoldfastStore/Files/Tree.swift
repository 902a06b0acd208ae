import Glibc
import HoldfastCore

enum Tree {
    /// Removes a file, a link or a folder with all that is in it; links are never followed. What is not there is removed already.
    static func remove(_ path: String) throws {
        var status = stat()
        guard lstat(path, &status) == 0 else {
            if errno == ENOENT { return }
            throw SystemError.error("remove a file", path)
        }
        if status.st_mode & S_IFMT == S_IFDIR {
            for name in try Folder.names(in: path) { try remove("\(path)/\(name)") }
            guard rmdir(path) == 0 || errno == ENOENT else { throw SystemError.error("remove a folder", path) }
        } else {
            guard unlink(path) == 0 || errno == ENOENT else { throw SystemError.error("remove a file", path) }
        }
    }
}
