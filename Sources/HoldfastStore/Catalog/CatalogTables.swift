import GRDB
public import HoldfastCore

/// Reads what a catalog has. It is written through ``NodeStore/commit(_:)``.
public struct CatalogTables: Sendable {
    let readers: ReaderPool

    /// Every file, by name.
    public func metadata() async throws -> [String: [UInt8]] {
        try await readers.read { database in
            var files: [String: [UInt8]] = [:]
            for row in try Row.fetchAll(database, sql: "SELECT name, bytes FROM catalog_metadata") { files[row[0]] = try row.bytes(1) }
            return files
        }
    }

    /// - Returns: nil when there is none.
    public func metadata(named name: String) async throws -> [UInt8]? {
        try await bytes("SELECT bytes FROM catalog_metadata WHERE name = ?", name)
    }

    public func target(_ path: String) async throws -> [UInt8]? { try await bytes("SELECT bytes FROM catalog_target WHERE path = ?", path) }

    public func targetPaths() async throws -> [String] {
        try await readers.read { try String.fetchAll($0, sql: "SELECT path FROM catalog_target ORDER BY path") }
    }

    public func blobs() async throws -> [CatalogBlob] {
        try await readers.read {
            try Row.fetchAll($0, sql: "SELECT digest, size, variant, time FROM catalog_blob ORDER BY digest").map(Self.blob)
        }
    }

    public func blob(_ digest: SHA256Digest) async throws -> CatalogBlob? {
        try await readers.read { database in
            try Row.fetchOne(
                database, sql: "SELECT digest, size, variant, time FROM catalog_blob WHERE digest = ?", arguments: [Blob(digest.bytes)]
            ).map(Self.blob)
        }
    }

    public func director(_ node: String) async throws -> CatalogDirector? {
        try await readers.read { database in
            try Row.fetchOne(database, sql: "SELECT node, version, bytes FROM catalog_director WHERE node = ?", arguments: [node]).map {
                CatalogDirector(node: $0[0], version: $0[1], bytes: try $0.bytes(2))
            }
        }
    }

    /// By node.
    public func directors() async throws -> [CatalogDirector] {
        try await readers.read { database in
            try Row.fetchAll(database, sql: "SELECT node, version, bytes FROM catalog_director ORDER BY node").map {
                CatalogDirector(node: $0[0], version: $0[1], bytes: try $0.bytes(2))
            }
        }
    }

    private func bytes(_ sql: String, _ key: String) async throws -> [UInt8]? {
        try await readers.read { database in try Row.fetchOne(database, sql: sql, arguments: [key]).map { try $0.bytes(0) } }
    }

    private static func blob(_ row: Row) throws -> CatalogBlob {
        CatalogBlob(digest: try SHA256Digest(column: row.bytes(0)), size: row[1], variant: try row.bytes(2), time: row[3])
    }
}
