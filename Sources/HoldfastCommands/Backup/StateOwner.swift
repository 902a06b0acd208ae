import Glibc
import HoldfastCore

/// Root at work on a state directory that is another user's: what root made there, that user could not use.
enum StateOwner {
    /// Does nothing unless we are root and the directory is another's. There is no way back.
    /// - Throws: ``HoldfastError`` `internal_error`.
    static func become(ownerOf directory: String) throws {
        var status = stat()
        guard getuid() == 0, stat(directory, &status) == 0, status.st_uid != 0 else { return }
        guard setgroups(0, nil) == 0, setgid(status.st_gid) == 0, setuid(status.st_uid) == 0 else {
            throw SystemError.current("become the owner of \(directory)")
        }
    }
}
