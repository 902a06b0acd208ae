import GRDB
public import HoldfastCore

/// Entries that could go: a beginning of what is there, in whole bundles, below a signed checkpoint.
public struct RemovalPlan: Sendable, Equatable {
    /// Indices in the log.
    public let range: Range<Int64>
    /// RFC 6962 root over their leaf hashes.
    public let root: MerkleHash

    var indices: Range<Int> { Int(range.lowerBound)..<Int(range.upperBound) }
}

/// What in a log could go.
enum RemovalPlanner {
    /// - Returns: the end of the last whole bundle of records that are all older than `time` (exclusive, milliseconds since 1970).
    ///
    /// A record from after `now`, as a wrong clock leaves it, is as old as its neighbours: it must not keep all before it for ever. But it may be
    /// the clock of this moment that is wrong, in 1970 after its battery died: then all records are from after now. So the time the node has
    /// lived through counts where it is later, a clock that is before `time` itself is not asked, and only what an older record follows goes.
    static func end(before time: Int64, now: Int64, from first: Int, limit: Int, in database: Database) throws -> Int {
        let reached = max(now, try TrustedTime.stored(in: database) ?? now)
        // By the table's own order: through the index of times, every younger record would be looked at.
        let younger = try Int.fetchOne(
            database,
            sql: "SELECT leaf FROM audit_record WHERE leaf >= ? AND +time >= ? AND +time <= ? ORDER BY leaf LIMIT 1",
            arguments: [first, time, reached < time ? .max : reached])
        let last = try Int.fetchOne(
            database, sql: "SELECT leaf FROM audit_record WHERE leaf >= ? AND leaf < ? AND +time < ? ORDER BY leaf DESC LIMIT 1",
            arguments: [first, min(younger ?? limit, limit), time])
        return wholeBundles(last.map { $0 + 1 } ?? first)
    }

    static func wholeBundles(_ end: Int) -> Int { end / TileCoordinate.fullWidth * TileCoordinate.fullWidth }

    /// The root over the leaf hashes of whole bundles, from their tiles.
    static func root(of range: Range<Int>, in database: Database) throws -> MerkleHash {
        var frontier = TreeFrontier()
        let width = TileCoordinate.fullWidth
        let tiles = try Row.fetchCursor(
            database, sql: "SELECT position, hashes FROM tile WHERE level = 0 AND position >= ? AND position < ? ORDER BY position",
            arguments: [range.lowerBound / width, range.upperBound / width])
        while let row = try tiles.next() {
            let hashes = try MerkleHash.decodeList(row.bytes(1))
            guard row[0] == (range.lowerBound + frontier.size) / width, hashes.count == width else { break }
            for hash in hashes { frontier.append(hash) }
        }
        guard frontier.size == range.count else {
            throw HoldfastError(
                .auditBroken, "A tile of the audit log's tree over records \(range.lowerBound) to \(range.upperBound - 1) is missing.",
                hint: "holdfast audit verify")
        }
        return frontier.root
    }
}
