import CDispatch  // Some builds of the module cache say that `stat` is its.
import Glibc
import HoldfastCore

/// RUNTIME: other users must be able to reach the sockets in it, and nobody else may change what is there.
enum RuntimeFolder {
    /// - Throws: ``HoldfastError`` `configuration_invalid`.
    static func prepare(_ path: String) throws {
        func refuse(_ why: String) -> HoldfastError {
            HoldfastError(
                .configurationInvalid, "The runtime directory '\(path)' cannot be used: \(why).", hint: "holdfastd --runtime DIR")
        }
        if mkdir(path, 0o755) != 0, errno != EEXIST { throw refuse(String(cString: strerror(errno))) }
        var status = stat()
        guard lstat(path, &status) == 0, status.st_mode & S_IFMT == S_IFDIR else { throw refuse("it is not a directory") }
        guard status.st_uid == getuid() || status.st_uid == 0 else { throw refuse("it belongs to uid \(status.st_uid)") }
        guard status.st_mode & 0o022 == 0 else { throw refuse("others may write to it") }
        // mkdir obeyed the umask.
        if status.st_uid == getuid() { chmod(path, 0o755) }
    }
}
