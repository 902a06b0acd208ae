import GRDB
import GRDBSQLite
import Glibc
import HoldfastCore

/// The file beside the database that holds what was committed last.
///
/// SQLite copies it into the database by itself where it is told to, and then tells nobody that the disk refused. So it is not told to: the
/// writer copies, and hears of it.
enum WriteAheadLog {
    private static let blockSize = 1 << 20
    /// How long readers are waited for, milliseconds.
    private static let patience = 500

    /// Writes the log again, byte for byte and in place, and brings it to the disk.
    ///
    /// After a failed fsync the kernel takes what it could not write for written: it is in the page cache, SQLite finds it there, and no later
    /// fsync writes it. Whatever is built on such a log is lost with the power. Written again it is certain, or the start fails and says
    /// why. In place, because `holdfast audit verify` may have the log open.
    /// - Throws: ``HoldfastError`` `file_unreadable`, `disk_full`.
    static func renew(_ path: String) throws {
        guard access(path, F_OK) == 0 else { return }
        let file = try OpenFile(path, O_RDWR, action: "open the write-ahead log")
        var buffer = [UInt8](repeating: 0, count: blockSize)
        var offset: Int64 = 0
        while true {
            let got = try buffer.withUnsafeMutableBytes { try file.read(at: offset, into: $0) }
            if got == 0 { break }
            try buffer.withUnsafeBytes { try file.writeAll(UnsafeRawBufferPointer(rebasing: $0[..<got]), at: offset) }
            offset += Int64(got)
        }
        if offset > 0 { try file.synchronize() }
    }

    /// Pages of growth after which the log is copied. On a full disk the database grows into the audit reserve by as much as the log holds, so
    /// that is a small part of the reserve.
    static func interval(reserve bytes: Int64) -> Int { bytes > 0 ? Int(min(4000, max(32, bytes / 4096 / 4))) : 4000 }

    /// Copies the log into the database when this connection has written as many pages to it since the last time.
    /// - Throws: `DatabaseError`. Nothing committed is lost by that, for the log is still there; but after a disk error nothing may be built on
    ///   this database any more.
    static func copyWhenGrown(by interval: Int, _ database: Database) throws {
        guard pagesWritten(database) >= interval else { return }
        _ = pagesWritten(database, forgetting: true)
        do {
            let log = try database.checkpoint(.passive)
            // Where there is always somebody reading, the log never begins anew by itself.
            if log.walFrameCount >= interval * 2 { try beginAnew(database) }
        } catch let error as DatabaseError where isBusy(error) {}
    }

    /// Copies the whole log, and lets the next commit write over it. Waits for readers, but not long.
    static func beginAnew(_ database: Database) throws {
        let before = try Int.fetchOne(database, sql: "PRAGMA busy_timeout") ?? 0
        try database.execute(sql: "PRAGMA busy_timeout = \(patience)")
        let result = Result { try database.checkpoint(.restart) }
        try database.execute(sql: "PRAGMA busy_timeout = \(before)")
        do { _ = try result.get() } catch let error as DatabaseError where isBusy(error) {}
    }

    private static func isBusy(_ error: DatabaseError) -> Bool { [.SQLITE_BUSY, .SQLITE_LOCKED].contains(error.resultCode) }

    private static func pagesWritten(_ database: Database, forgetting: Bool = false) -> Int {
        var (count, highest): (Int32, Int32) = (0, 0)
        sqlite3_db_status(database.sqliteConnection, SQLITE_DBSTATUS_CACHE_WRITE, &count, &highest, forgetting ? 1 : 0)
        return Int(count)
    }
}
