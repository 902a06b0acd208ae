import GRDB
import HoldfastCore

extension NodeStore {
    /// What would go were everything older than `time` removed.
    /// - Parameter time: milliseconds since 1970, exclusive.
    /// - Returns: nil when there is no whole bundle of 256 such records below the newest checkpoint.
    public func plan(before time: Int64, now: Int64) async throws -> RemovalPlan? {
        try await plan { first, limit, database in
            try RemovalPlanner.end(before: time, now: now, from: first, limit: limit, in: database)
        }
    }

    /// The oldest `records`, rounded up to whole bundles; the newest bundle stays.
    public func plan(oldest records: Int64) async throws -> RemovalPlan? {
        let width = TileCoordinate.fullWidth
        return try await plan { first, limit, _ in
            min(RemovalPlanner.wholeBundles(first + Int(clamping: records) + width - 1), limit - width)
        }
    }

    private func plan(_ end: @escaping @Sendable (Int, Int, Database) throws -> Int) async throws -> RemovalPlan? {
        let first = Int(audit.minimumIndex)
        let limit = RemovalPlanner.wholeBundles(Int(audit.lastCheckpoint().size))
        return try await readers.read { database in
            let past = try end(first, limit, database)
            guard past > first else { return nil }
            return RemovalPlan(range: Int64(first)..<Int64(past), root: try RemovalPlanner.root(of: first..<past, in: database))
        }
    }

    /// Writes the gap record, signed, and then lets the entries go. Their leaf hashes stay.
    /// - Returns: how many entries went.
    /// - Throws: ``HoldfastError`` `invalid_request` when the log's beginning has moved since the plan was made.
    @discardableResult public func remove(_ plan: RemovalPlan, because reason: GapReason) async throws -> Int64 {
        try await commit(essential: true) { try $0.recordGap(plan, because: reason) }
        return try await sweep()
    }

    /// Removes the entries a gap record speaks of, some at a time so that it works on a full disk too; what a crash left of it goes at the next
    /// call.
    /// - Returns: how many entries went.
    @discardableResult public func sweep() async throws -> Int64 {
        let minimum = audit.minimumIndex
        guard audit.status.sweptIndex < minimum else { return 0 }
        var removed: Int64 = 0
        while true {
            let count = try await commit(essential: true) { try $0.removeEntries(before: minimum) }
            removed += count
            await reuseLog()
            if count == 0 { break }
        }
        audit.status.swept(to: minimum)
        if removed > 0 { await giveSpaceBack() }
        return removed
    }

    /// Begins the write-ahead log anew where it has grown, so that removing takes no more room than one step of it.
    private func reuseLog() async {
        _ = try? await writer.maintain { try WriteAheadLog.beginAnew($0) }
    }

    private func giveSpaceBack() async {
        // Pages in steps, so that the writer is never away for long.
        for _ in 0..<10_000 {
            let free = try? await writer.maintain { database in
                try database.execute(sql: "PRAGMA incremental_vacuum(2000)")
                return try Int.fetchOne(database, sql: "PRAGMA freelist_count") ?? 0
            }
            guard let free, free > 0 else { break }
        }
        _ = try? await writer.maintain { try $0.checkpoint(.truncate) }
    }
}

extension StoreTransaction {
    /// Entries removed in one transaction.
    private static let step = 256
    /// Bytes of records after which it is enough: what is removed is overwritten, which takes as much of the write-ahead log.
    private static let stepBytes: Int64 = 1 << 19

    /// Writes the gap record. The entries go afterwards.
    public func recordGap(_ plan: RemovalPlan, because reason: GapReason) throws {
        guard try GapClaim.end(in: database) == plan.indices.lowerBound else {
            throw HoldfastError(
                .invalidRequest, "Records have gone since this was planned; the log now begins elsewhere.",
                hint: "holdfast audit prune --before TIME")
        }
        try append(GapRecord(range: plan.indices, root: plan.root, reason: reason).record(at: now))
        // In the same transaction: an unsigned gap record is believed by nobody.
        signs = true
        minimumIndex = plan.range.upperBound
    }

    func removeEntries(before index: Int64) throws -> Int64 {
        let rows = try Row.fetchAll(
            database,
            sql: """
                SELECT leaf, id, \(SubjectSums.tenantSQL), length(CAST(body AS BLOB)) FROM audit_record
                WHERE leaf < ? AND operation <> ? AND leaf NOT IN (SELECT leaf FROM open_intent) ORDER BY leaf LIMIT ?
                """, arguments: [index, GapRecord.operation, Self.step])
        var sums: [String: (records: Int64, bytes: Int64)] = [:]
        var (count, bytes): (Int64, Int64) = (0, 0)
        for row in rows where bytes < Self.stepBytes {
            try database.run("DELETE FROM audit_record WHERE leaf = ?", [row[0] as Int64])
            // Intent and outcome share a salt, and what was captured: that goes with the last of them.
            let isLast =
                try Int.fetchOne(database, sql: "SELECT 1 FROM audit_record WHERE id = ? LIMIT 1", arguments: [row[1] as String]) == nil
            if isLast { bytes += try ContentTables.erase(row[1], in: database) }
            sums[row[2], default: (0, 0)].records += 1
            sums[row[2], default: (0, 0)].bytes += row[3]
            count += 1
            bytes += row[3]
        }
        for (tenant, sum) in sums { try SubjectSums.subtract(tenant, records: sum.records, bytes: sum.bytes, in: database) }
        return count
    }
}
