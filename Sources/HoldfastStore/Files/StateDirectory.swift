import Glibc
import HoldfastCore

/// The names of everything under STATE. No part of any path comes from a client.
struct StateDirectory: Sendable {
    let path: String

    var lock: String { path + "/lock" }
    var database: String { path + "/holdfast.db" }
    var checkpoint: String { path + "/checkpoint" }
    var keys: String { path + "/keys" }
    var signingKey: String { keys + "/audit.ed25519" }
    var verifierKey: String { keys + "/audit.pub" }
    var blobs: String { path + "/blobs/sha256" }
    var staging: String { path + "/blobs/staging" }

    /// Makes what is missing, for the owner only.
    func prepare() throws {
        for folder in [path, keys, blobs, staging] { try Folder.make(folder, mode: 0o700) }
        // SQLite gives -wal and -shm the mode of the database itself.
        _ = try OpenFile(database, O_RDWR | O_CREAT, mode: 0o600, action: "open the database")
    }

    /// Bytes of the database and its write-ahead log.
    func databaseBytes() -> Int64 {
        [database, database + "-wal"].reduce(0) { sum, path in
            var status = stat()
            return lstat(path, &status) == 0 ? sum + Int64(status.st_size) : sum
        }
    }

    /// Takes the directory for this process; the lock goes with the returned file, also when the process is killed.
    /// - Throws: ``HoldfastError`` `state_in_use`.
    func takeLock() throws -> OpenFile {
        let file = try OpenFile(lock, O_RDWR | O_CREAT, action: "open the lock file")
        guard flock(file.descriptor, LOCK_EX | LOCK_NB) == 0 else {
            guard errno == EWOULDBLOCK else { throw SystemError.error("lock the state directory", lock) }
            throw HoldfastError(
                .stateInUse, "Another holdfastd is using \(path).", hint: "holdfast status; or start this one with another --state")
        }
        return file
    }
}
