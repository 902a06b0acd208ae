import CDispatch
import CHoldfastSystem
import Glibc
import HoldfastCore
import HoldfastCrypto

/// Where engines put slot files and find them: in memory, since what is in a slot is prompts in another form, and must not reach a disk in
/// the clear.
public struct ScratchFolder: Sendable, Equatable {
    public let path: String

    /// `RUNTIME/scratch` where that is memory-backed, as `/run` is; else a folder in `/dev/shm` of this state directory's own.
    ///
    /// It is emptied: what is in it was left by a daemon that was killed.
    /// - Returns: nil when neither is memory-backed or can be used.
    public static func find(runtime: String, state: String, sharedMemory: String = "/dev/shm") -> ScratchFolder? {
        let name = Hex.encode(Array(SHA256.hash(Array(state.utf8)).prefix(8)))
        let candidates = [(runtime, "\(runtime)/scratch"), (sharedMemory, "\(sharedMemory)/holdfast-\(geteuid())-\(name)")]
        for (parent, path) in candidates where isMemoryBacked(parent) && claim(path) { return ScratchFolder(path: path) }
        return nil
    }

    /// By the file system's own word (statfs(2)): tmpfs or ramfs.
    static func isMemoryBacked(_ path: String) -> Bool { hf_is_memory_backed(path) == 1 }

    /// Bytes that fit.
    var freeBytes: Int64 {
        var status = statvfs()
        guard statvfs(path, &status) == 0 else { return 0 }
        return Int64(clamping: UInt64(status.f_bavail) * UInt64(status.f_frsize))
    }

    /// A folder for one engine.
    /// - Returns: nil when it cannot be made.
    func makeFolder(_ id: String) -> String? {
        let folder = "\(path)/\(id)"
        guard mkdir(folder, 0o700) == 0 else { return nil }
        return folder
    }

    static func remove(_ folder: String) {
        for name in FolderNames.list(folder) { unlink("\(folder)/\(name)") }
        rmdir(folder)
    }

    /// Goes with the daemon.
    public func removeAll() {
        for name in FolderNames.list(path) { Self.remove("\(path)/\(name)") }
        rmdir(path)
    }

    /// Others can make names in `/dev/shm` too: what is there is taken only when it is a folder of ours alone, which a group of ours may pass.
    private static func claim(_ path: String) -> Bool {
        if mkdir(path, 0o700) != 0, errno != EEXIST { return false }
        var status = stat()
        guard lstat(path, &status) == 0, status.st_mode & S_IFMT == S_IFDIR, status.st_uid == geteuid(), status.st_mode & 0o066 == 0 else {
            return false
        }
        for name in FolderNames.list(path) { remove("\(path)/\(name)") }
        return true
    }
}
