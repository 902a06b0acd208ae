import GRDB
import HoldfastCore

/// Reads the policies that were in force. New ones are written through ``NodeStore/commit(_:)``.
public struct PolicyHistory: Sendable {
    let readers: ReaderPool

    /// The one that rules; nil before the first start is through.
    public func active() async throws -> StoredPolicy? {
        try await readers.read { database in
            guard let number = try Int64.fetchOne(database, sql: "SELECT generation FROM policy_active") else { return nil }
            return try PolicyQueries.policy(number, in: database)
        }
    }

    /// - Returns: nil when there is no such generation.
    public func policy(_ number: Int64) async throws -> StoredPolicy? {
        try await readers.read { try PolicyQueries.policy(number, in: $0) }
    }

    /// A page, newest first from `before` down (nil: from the newest), exclusive.
    public func generations(before: Int64? = nil, limit: Int) async throws -> [PolicyGeneration] {
        try await readers.read { database in
            try Row.fetchAll(
                database, sql: "SELECT \(PolicyQueries.columns) FROM policy_generation WHERE number < ? ORDER BY number DESC LIMIT ?",
                arguments: [before ?? .max, limit]
            ).map(PolicyQueries.generation)
        }
    }
}

enum PolicyQueries {
    static let columns = "number, digest, author_uid, source, copied_from, time"

    static func policy(_ number: Int64, in database: Database) throws -> StoredPolicy? {
        let row = try Row.fetchOne(
            database, sql: "SELECT \(columns) FROM policy_generation WHERE number = ?", arguments: [number])
        guard let row else { return nil }
        let files = try Row.fetchAll(
            database, sql: "SELECT name, text FROM policy_file WHERE generation = ? ORDER BY name", arguments: [number])
        return StoredPolicy(
            generation: try generation(row), files: try files.map { PolicySource(name: $0[0], bytes: try $0.bytes(1)) })
    }

    static func generation(_ row: Row) throws -> PolicyGeneration {
        guard let source = PolicyGeneration.Source(rawValue: row[3]), let author = UInt32(exactly: row[2] as Int64) else {
            throw HoldfastError(.databaseFailed, "The database holds a policy generation that this version cannot read.")
        }
        return PolicyGeneration(
            number: row[0], digest: try SHA256Digest(column: row.bytes(1)), authorUID: author, source: source, copiedFrom: row[4],
            time: row[5])
    }
}
