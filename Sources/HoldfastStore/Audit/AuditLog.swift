import GRDB
public import HoldfastCore

/// Reads the audit log. Records are written through ``NodeStore/commit(_:)``.
public struct AuditLog: Sendable {
    /// Records looked at in one read transaction when a filter has to search.
    private static let window: Int64 = 100_000
    let readers: ReaderPool
    let status: LogStatus

    /// Durable records.
    public var size: Int64 { status.size }

    /// tlog-tiles: entries from here on are there; those before may be gone, by gap records that say so.
    public var minimumIndex: Int64 { status.minimumIndex }

    public func lastCheckpoint() -> Checkpoint { status.checkpoint }

    /// When the newest checkpoint was signed, in milliseconds since 1970.
    public func lastCheckpointTime() async throws -> Int64? {
        try await readers.read { database in
            try Int64.fetchOne(database, sql: "SELECT time FROM checkpoint ORDER BY size DESC LIMIT 1")
        }
    }

    /// Suspends until the log is longer than `size`.
    /// - Returns: its size then.
    /// - Throws: `CancellationError`; ``HoldfastError`` `shutting_down`.
    public func waitForSize(greaterThan size: Int64) async throws -> Int64 { try await status.wait(above: size) }

    /// A page of records, newest first from `before` down (nil: from the newest), exclusive.
    /// - Throws: ``HoldfastError`` `audit_broken` naming a record that cannot be read.
    public func records(matching filter: AuditFilter, before: Int64? = nil, limit: Int) async throws -> [StoredRecord] {
        var found: [StoredRecord] = []
        var end = min(before ?? size, size)
        while end > 0, found.count < limit {
            let start = filter.id == nil ? max(0, end - Self.window) : 0
            found += try await page(filter, start..<end, "DESC", limit - found.count)
            end = start
        }
        return found
    }

    /// A page of records, ascending from `after`, exclusive (-1: from the first).
    public func records(matching filter: AuditFilter, after: Int64, limit: Int) async throws -> [StoredRecord] {
        var found: [StoredRecord] = []
        var start = max(after, -1) + 1
        let size = size
        while start < size, found.count < limit {
            let end = filter.id == nil ? min(size, start + Self.window) : size
            found += try await page(filter, start..<end, "ASC", limit - found.count)
            start = end
        }
        return found
    }

    /// - Returns: nil when the log has no such record.
    public func record(at index: Int64) async throws -> StoredRecord? {
        guard index >= 0, index < size else { return nil }
        return try await page(AuditFilter(), index..<index + 1, "ASC", 1).first
    }

    private func page(_ filter: AuditFilter, _ range: Range<Int64>, _ order: String, _ limit: Int) async throws -> [StoredRecord] {
        try await readers.read { database in
            let (condition, arguments) = filter.condition()
            let rows = try Row.fetchCursor(
                database.cachedStatement(
                    sql: "SELECT leaf, body FROM audit_record WHERE \(condition) AND leaf >= ? AND leaf < ? ORDER BY leaf \(order) LIMIT ?"),
                arguments: arguments + [range.lowerBound, range.upperBound, limit])
            var records: [StoredRecord] = []
            while let row = try rows.next() {
                let (index, bytes): (Int64, [UInt8]) = (row[0], try row.bytes(1))
                do {
                    records.append(StoredRecord(index: index, record: try AuditRecord(parsing: bytes), bytes: bytes))
                } catch {
                    throw HoldfastError(
                        .auditBroken, "Record \(index) of the audit log cannot be read.", hint: "holdfast audit verify", cause: error)
                }
            }
            return records
        }
    }
}
