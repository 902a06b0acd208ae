import Glibc
import HoldfastCore

/// The names of everything under STATE. No part of any path comes from a client.
struct StateDirectory: Sendable {
    let path: String

    var lock: String { path + "/lock" }
    var database: String { path + "/holdfast.db" }
    var checkpoint: String { path + "/checkpoint" }
    var reserve: String { path + "/reserve" }
    var keys: String { path + "/keys" }
    var signingKey: String { keys + "/audit.ed25519" }
    var nextSigningKey: String { signingKey + ".next" }
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

    private static let lockAttempts = 20
    /// Microseconds.
    private static let lockPause: UInt32 = 25_000

    /// Takes the directory for this process; the lock goes with the returned file, also when the process is killed.
    /// - Throws: ``HoldfastError`` `state_in_use`.
    func takeLock() throws -> OpenFile {
        let file = try OpenFile(lock, O_RDWR | O_CREAT, action: "open the lock file")
        // A child that the last owner had just forked holds the lock until it has run exec: a moment later it is free.
        for _ in 0..<Self.lockAttempts {
            if flock(file.descriptor, LOCK_EX | LOCK_NB) == 0 { return file }
            guard errno == EWOULDBLOCK else { throw SystemError.error("lock the state directory", lock) }
            usleep(Self.lockPause)
        }
        throw HoldfastError(
            .stateInUse, "Another holdfastd is using \(path).", hint: "holdfast status; or start this one with another --state")
    }
}
