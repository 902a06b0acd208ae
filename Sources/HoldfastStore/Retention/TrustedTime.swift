import GRDB

enum TrustedTime {
    /// Milliseconds since 1970; nil before it is first known.
    static func stored(in database: Database) throws -> Int64? {
        try String.fetchOne(database, sql: "SELECT value FROM fact WHERE name = 'trusted_time'").flatMap(Int64.init)
    }
}

extension NodeStore {
    /// How much of the wall clock's advance since the last run is believed at a start.
    static let catchUp: Int64 = 7 * 86_400_000

    /// The wall clock as far as this node has lived through it: it never goes back, and goes forward no faster than time did. A clock that is
    /// suddenly in 2100 makes nothing old.
    /// - Parameters:
    ///   - now: milliseconds since 1970 by the wall clock.
    ///   - elapsed: milliseconds since the last call in this run; nil for the first, which believes at most seven days.
    /// - Returns: milliseconds since 1970.
    public func advanceTrustedTime(now: Int64, elapsed: Int64?) async throws -> Int64 {
        try await commit(essential: true) { transaction in
            let stored = try TrustedTime.stored(in: transaction.database)
            let time: Int64
            if let stored {
                time = max(stored, min(now, stored.addingReportingOverflow(elapsed ?? Self.catchUp).partialValue))
            } else {
                // Nothing is known yet: the log's first record says when this node began.
                let first = try Int64.fetchOne(transaction.database, sql: "SELECT time FROM audit_record ORDER BY leaf LIMIT 1") ?? now
                // One of the two is wrong, and which is not known either.
                guard now >= first else { return now }
                time = min(now, first + Self.catchUp)
            }
            try transaction.database.run(
                "INSERT INTO fact (name, value) VALUES ('trusted_time', ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value",
                [String(time)])
            return time
        }
    }
}
