import GRDB
import Glibc
import HoldfastCore

/// The file beside the database that holds what was committed last.
enum WriteAheadLog {
    private static let blockSize = 1 << 20
    /// Where the log's index says how many frames are in the database already: sqlite.org/walformat.html §2.
    private static let backfillOffset: Int64 = 96
    /// How long readers are waited for, milliseconds. One run of `holdfast audit verify` takes about a second on a small machine.
    private static let patience = 2000

    /// Makes what an earlier run left in the log certain, before SQLite opens it.
    ///
    /// After a failed fsync the kernel takes what it could not write for written: it is in the page cache, SQLite finds it there, and no later
    /// fsync writes it. Whatever is built on such a log is lost with the power. So it is written again, byte for byte and in place, because
    /// `holdfast audit verify` may have it open, and brought to the disk; or the start fails and says why. The same may have happened to what
    /// was copied into the database: all of it is copied again.
    /// - Throws: ``HoldfastError`` `file_unreadable`, `disk_full`.
    static func renew(besideDatabase path: String) throws {
        guard access(path + "-wal", F_OK) == 0 else { return }
        let file = try OpenFile(path + "-wal", O_RDWR, action: "open the write-ahead log")
        var buffer = [UInt8](repeating: 0, count: blockSize)
        var offset: Int64 = 0
        while true {
            let got = try buffer.withUnsafeMutableBytes { try file.read(at: offset, into: $0) }
            if got == 0 { break }
            try buffer.withUnsafeBytes { try file.writeAll(UnsafeRawBufferPointer(rebasing: $0[..<got]), at: offset) }
            offset += Int64(got)
        }
        guard offset > 0 else { return }
        try file.synchronize()
        try forgetCopying(path + "-shm")
    }

    /// The index outlives the run that made it only while another process has it open. Readers find the same pages with and without this.
    private static func forgetCopying(_ path: String) throws {
        guard access(path, F_OK) == 0 else { return }
        let file = try OpenFile(path, O_RDWR, action: "open the index of the write-ahead log")
        guard try file.status().st_size >= 136 else { return }
        try [UInt8](repeating: 0, count: 4).withUnsafeBytes { try file.writeAll($0, at: backfillOffset) }
    }

    /// Copies the whole log, and lets the next commit write over it. Waits for readers, but not long.
    /// - Returns: false when there was one all the time.
    @discardableResult static func beginAnew(_ database: Database) throws -> Bool { try checkpoint(database, .restart) }

    /// Copies the whole log and leaves an empty file, so that what was deleted is in it no more either. Waits for readers, but not long.
    /// - Returns: false when there was one all the time.
    static func empty(_ database: Database) throws -> Bool { try checkpoint(database, .truncate) }

    private static func checkpoint(_ database: Database, _ kind: Database.CheckpointMode) throws -> Bool {
        let before = try Int.fetchOne(database, sql: "PRAGMA busy_timeout") ?? 0
        try database.execute(sql: "PRAGMA busy_timeout = \(patience)")
        let result = Result { try database.checkpoint(kind) }
        try database.execute(sql: "PRAGMA busy_timeout = \(before)")
        do { _ = try result.get() } catch let error as DatabaseError where isBusy(error) { return false }
        return true
    }

    static func isBusy(_ error: DatabaseError) -> Bool { [.SQLITE_BUSY, .SQLITE_LOCKED].contains(error.resultCode) }
}
