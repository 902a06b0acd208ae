import GRDB
import HoldfastCore

/// A record that says it is a gap record, and where it stands. It is believed once its leaf is.
struct GapClaim: Sendable {
    let leaf: Int
    let gap: GapRecord

    /// All of them, ascending. They are found by the column, which the leaf check holds against the body.
    static func all(in database: Database) throws -> [GapClaim] {
        let rows = try Row.fetchAll(
            database, sql: "SELECT leaf, body FROM audit_record WHERE operation = ? ORDER BY leaf", arguments: [GapRecord.operation])
        return try rows.compactMap { row in
            guard let gap = GapRecord(try AuditRecord(parsing: row.bytes(1))) else { return nil }
            return GapClaim(leaf: row[0], gap: gap)
        }
    }
}

extension GapClaim {
    /// The log's minimum index.
    static func end(in database: Database) throws -> Int {
        let row = try Row.fetchOne(
            database, sql: "SELECT body FROM audit_record WHERE operation = ? ORDER BY leaf DESC LIMIT 1",
            arguments: [GapRecord.operation])
        return try row.flatMap { GapRecord(try AuditRecord(parsing: $0.bytes(0))) }?.range.upperBound ?? 0
    }
}
