import Glibc
import HoldfastCore

/// A folder that is this process's alone. Nobody else may put names in it, and nobody else reads it.
///
/// Its parents are not checked: whoever can write to one of them can put another folder in its place.
enum PrivateFolder {
    /// The mode of a state directory that holds engines for another user to execute: whoever knows a name in it may go on to that, and then
    /// that one's own mode decides.
    static let passable: mode_t = 0o711

    /// Makes the folder, or takes the one that is there and narrows its mode to 0700, unless it is ``passable``.
    /// - Throws: ``HoldfastError`` `configuration_invalid` for a symbolic link, for what is no directory, and for one that another uid owns
    ///   (root's too, unless this process is root) or that group or others can write to: what is in it may be anybody's.
    static func claim(_ path: String) throws {
        let path = withoutTrailingSlash(path)
        var status = stat()
        if lstat(path, &status) != 0 {
            guard errno == ENOENT else { throw SystemError.error("look at the state directory", path) }
            try Folder.make(path, mode: 0o700)
            guard lstat(path, &status) == 0 else { throw SystemError.error("look at the state directory", path) }
        }
        try check(status, path)
        guard status.st_mode & 0o077 != 0, status.st_mode & 0o7777 != passable else { return }
        let folder = try OpenFile(path, O_RDONLY | O_DIRECTORY, action: "open the state directory")
        // What was looked at by its name may not be what was opened.
        try check(try folder.status(), path)
        guard fchmod(folder.descriptor, 0o700) == 0 else { throw SystemError.error("set the state directory's mode", path) }
    }

    private static func check(_ status: stat, _ path: String) throws {
        let another = "start holdfastd with another --state"
        switch status.st_mode & S_IFMT {
        case S_IFDIR: break
        case S_IFLNK: throw refusal(path, "is a symbolic link", hint: "give --state the directory that it names")
        default: throw refusal(path, "is not a directory", hint: another)
        }
        guard status.st_uid == geteuid() else {
            throw refusal(
                path, "belongs to uid \(status.st_uid), and this process has uid \(geteuid())",
                hint: "start holdfastd as the owner of the directory; or \(another)")
        }
        guard status.st_mode & 0o022 == 0 else {
            let mode = String(status.st_mode & 0o7777, radix: 8)
            throw refusal(
                path, "can be written to by others (mode 0\(mode))",
                hint: "look at what is in it, then: chmod 700 \(path); or \(another)")
        }
    }

    private static func refusal(_ path: String, _ why: String, hint: String) -> HoldfastError {
        HoldfastError(.configurationInvalid, "The state directory \(path) cannot be used: it \(why).", hint: hint)
    }

    /// With a slash or a dot at the end, the system would follow a symbolic link.
    private static func withoutTrailingSlash(_ path: String) -> String {
        var path = path[...]
        while path.utf8.count > 1, path.hasSuffix("/") || path.hasSuffix("/.") { path.removeLast() }
        return String(path)
    }
}
