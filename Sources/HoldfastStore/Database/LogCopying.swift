import GRDB
import GRDBSQLite
import Synchronization

/// Keeps the write-ahead log small by copying it into the database.
///
/// SQLite does so by itself where it is told to, and then tells nobody that the disk refused. So the writer does it, and hears of it.
final class LogCopying: Sendable {
    /// Pages of growth after which the log is copied.
    let interval: Atomic<Int>
    /// Pages of the log at which readers are waited for.
    private let limit = Atomic<Int>(0)

    /// On a full disk the database grows into the audit reserve by as much as the log holds, so that is less than the reserve. Not much less,
    /// for each copying costs a sync.
    /// - Parameter bytes: of the reserve; 0 for none.
    init(reserve bytes: Int64) {
        interval = Atomic(bytes > 0 ? Int(min(4000, max(32, bytes / 4096 / 4 * 3))) : 4000)
    }

    /// Copies when this connection has written as many pages to the log since the last time.
    /// - Throws: `DatabaseError`. Nothing committed is lost by that, for the log is still there; but after a disk error nothing may be built on
    ///   this database any more.
    func copyWhenGrown(_ database: Database) throws {
        let interval = interval.load(ordering: .relaxed)
        guard pagesWritten(database) >= interval else { return }
        _ = pagesWritten(database, forgetting: true)
        do {
            let pages = try database.checkpoint(.passive).walFrameCount
            // Where somebody is always reading, the log does not begin anew by itself. One who never ends is waited for ever more rarely.
            guard pages >= max(interval * 2, limit.load(ordering: .relaxed)) else { return }
            limit.store(try WriteAheadLog.beginAnew(database) ? 0 : pages * 2, ordering: .relaxed)
        } catch let error as DatabaseError where WriteAheadLog.isBusy(error) {}
    }

    private func pagesWritten(_ database: Database, forgetting: Bool = false) -> Int {
        var (count, highest): (Int32, Int32) = (0, 0)
        sqlite3_db_status(database.sqliteConnection, SQLITE_DBSTATUS_CACHE_WRITE, &count, &highest, forgetting ? 1 : 0)
        return Int(count)
    }
}
