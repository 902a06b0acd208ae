import GRDB
import HoldfastCore

/// What became of the content a record speaks of by its HMACs.
public struct ContentState: Sendable, Equatable {
    /// A guess can still be tested.
    public var hasSalt: Bool
    /// What can be read by the auditor it was encrypted to.
    public var captured: [CapturedContent.Part]
    /// The `audit.forget` record that erased it.
    public var erasure: StoredRecord?
}

extension AuditLog {
    /// - Returns: nil for a record without content.
    public func contentState(of stored: StoredRecord) async throws -> ContentState? {
        guard stored.record.content != nil else { return nil }
        return try await readers.read { database in
            let id = stored.record.id
            let salt = try Int.fetchOne(database, sql: "SELECT 1 FROM audit_salt WHERE id = ?", arguments: [id])
            let parts = try String.fetchAll(
                database, sql: "SELECT part FROM captured_content WHERE id = ? ORDER BY part DESC", arguments: [id])
            return ContentState(
                hasSalt: salt != nil, captured: parts.compactMap(CapturedContent.Part.init),
                erasure: salt == nil ? try Self.erasure(of: stored, in: database) : nil)
        }
    }

    /// The first record that speaks of erasing it. The log itself is the evidence: such a record cannot be edited.
    private static func erasure(of stored: StoredRecord, in database: Database) throws -> StoredRecord? {
        // Of a request that was under way its intent was meant; the outcome may have come after.
        let first = try Int64.fetchOne(database, sql: "SELECT min(leaf) FROM audit_record WHERE id = ?", arguments: [stored.record.id])
        let begun = first ?? stored.index
        let rows = try Row.fetchCursor(
            database,
            sql: "SELECT leaf, body FROM audit_record WHERE operation = 'audit.forget' AND result = 'ok' AND leaf > ? ORDER BY leaf",
            arguments: [begun])
        while let row = try rows.next() {
            let body = try row.bytes(1)
            guard let record = try? AuditRecord(parsing: body), let past = record.parameters["past"], begun < past,
                record.parameters["dry_run"] != 1, ErasureScope(record.resource)?.covers(stored.record) == true
            else { continue }
            return StoredRecord(index: row[0], record: record, bytes: body)
        }
        return nil
    }

    /// The key of a request's HMACs.
    /// - Returns: nil when there was none or it was erased.
    public func salt(ofRequest id: String) async throws -> [UInt8]? {
        try await readers.read { database in
            try Row.fetchOne(database, sql: "SELECT salt FROM audit_salt WHERE id = ?", arguments: [id])?.bytes(0)
        }
    }

    /// An age file.
    /// - Returns: nil when nothing was captured or it is gone.
    public func captured(_ part: CapturedContent.Part, ofRequest id: String) async throws -> [UInt8]? {
        try await readers.read { database in
            try Row.fetchOne(
                database, sql: "SELECT file FROM captured_content WHERE id = ? AND part = ?", arguments: [id, part.rawValue])?.bytes(0)
        }
    }
}
