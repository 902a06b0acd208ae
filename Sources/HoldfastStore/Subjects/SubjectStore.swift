import GRDB
import HoldfastCore

/// Reads tokens and application sockets. They are written through ``NodeStore/commit(_:)``.
public struct SubjectStore: Sendable {
    let readers: ReaderPool

    /// By name.
    public func tokens() async throws -> [AccessToken] {
        try await readers.read { try SubjectQueries.tokens(in: $0) }
    }

    /// By name.
    public func sockets() async throws -> [ApplicationSocket] {
        try await readers.read { try SubjectQueries.sockets(in: $0) }
    }
}

enum SubjectQueries {
    static func tokens(in database: Database) throws -> [AccessToken] {
        try Row.fetchAll(
            database, sql: "SELECT name, hash, role, creator_uid, created, expires, used_day FROM access_token ORDER BY name"
        ).map { row in
            AccessToken(
                name: row[0], hash: try row.bytes(1), role: row[2], creatorUID: try uid(row[3]), created: row[4], expires: row[5],
                usedDay: row[6])
        }
    }

    static func sockets(in database: Database) throws -> [ApplicationSocket] {
        try Row.fetchAll(database, sql: "SELECT name, acts_as, creator_uid, created FROM application_socket ORDER BY name").map { row in
            let actsAs: Int64? = row[1]
            return ApplicationSocket(name: row[0], actsAs: try actsAs.map(uid), creatorUID: try uid(row[2]), created: row[3])
        }
    }

    private static func uid(_ value: Int64) throws -> UInt32 {
        guard let uid = UInt32(exactly: value) else {
            throw HoldfastError(.databaseFailed, "The database holds \(value) where a uid should be.")
        }
        return uid
    }
}
