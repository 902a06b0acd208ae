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
    /// Installed engines. Made with the first.
    var engines: String { path + "/engines" }

    /// Makes the folders that are missing, for the owner only.
    /// - Throws: ``HoldfastError`` `configuration_invalid` for a STATE that others own or can write to.
    func prepare() throws {
        try PrivateFolder.claim(path)
        for folder in [keys, blobs, staging] { try Folder.make(folder, mode: 0o700) }
    }

    /// A database that is gone while what was made from it is there: a new log would take the place of the old one. Nothing is changed.
    /// - Throws: ``HoldfastError`` `audit_broken`.
    func refuseLostDatabase() throws {
        guard !Self.exists(database), let left = [checkpoint, signingKey, verifierKey].first(where: Self.exists) else { return }
        throw HoldfastError(
            .auditBroken, "The audit log was changed from outside: \(database) is gone, and \(left) is still there.",
            hint: "keep \(path) as it is, and restore from a backup copy of it; or start holdfastd with another --state")
    }

    /// Makes an empty database where there is none. It is on the disk before a key is: a crash never leaves a key alone.
    func makeDatabase() throws {
        let isNew = !Self.exists(database)
        // SQLite gives -wal and -shm the mode of the database itself.
        _ = try OpenFile(database, O_RDWR | O_CREAT, mode: 0o600, action: "open the database")
        if isNew { try Folder.synchronize(path) }
    }

    private static func exists(_ path: String) -> Bool {
        var status = stat()
        return lstat(path, &status) == 0
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
