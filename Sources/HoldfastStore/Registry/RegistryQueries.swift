import FoundationEssentials
import GRDB
import HoldfastCore

enum RegistryQueries {
    private static let columns = "digest, size, state, added, verified, device, inode, changed_ns"

    /// All models by name, ascending.
    static func entries(_ database: Database) throws -> [RegistryEntry] {
        var names: [SHA256Digest: [ModelName]] = [:]
        let named = try Row.fetchCursor(database, sql: "SELECT digest, name, tag FROM model_name ORDER BY id")
        while let row = try named.next() {
            try names[SHA256Digest(column: row.bytes(0)), default: []].append(modelName(row, 1))
        }
        var entries: [RegistryEntry] = []
        let models = try Row.fetchCursor(
            database,
            sql: """
                SELECT \(columns), json_extract(description, '$.architecture'), json_extract(description, '$.parameters'),
                    json_extract(description, '$.quantization') FROM model
                """)
        while let row = try models.next() { try entries.append(entry(row, names)) }
        return entries.sorted { $0.name < $1.name }
    }

    static func model(_ digest: SHA256Digest, in database: Database) throws -> Model? {
        let sql = "SELECT \(columns), '', 0, '', description FROM model WHERE digest = ?"
        guard let row = try Row.fetchOne(database.cachedStatement(sql: sql), arguments: [Blob(digest.bytes)]) else { return nil }
        let names = try Row.fetchAll(
            database.cachedStatement(sql: "SELECT name, tag FROM model_name WHERE digest = ? ORDER BY id"), arguments: [Blob(digest.bytes)])
        return try model(row, names: [digest: names.map { try modelName($0, 0) }])
    }

    /// A page of whole models by digest, ascending.
    static func models(after digest: SHA256Digest?, limit: Int, in database: Database) throws -> [Model] {
        let rows = try Row.fetchAll(
            database, sql: "SELECT \(columns), '', 0, '', description FROM model WHERE digest > ? ORDER BY digest LIMIT ?",
            arguments: [Blob(digest?.bytes ?? []), limit])
        return try rows.map { row in
            let digest = try SHA256Digest(column: row.bytes(0))
            let names = try Row.fetchAll(
                database.cachedStatement(sql: "SELECT name, tag FROM model_name WHERE digest = ? ORDER BY id"),
                arguments: [Blob(digest.bytes)])
            return try model(row, names: [digest: names.map { try modelName($0, 0) }])
        }
    }

    static func notFound(_ what: String) -> HoldfastError {
        HoldfastError(.modelNotFound, "There is no \(what) on this node.", hint: "holdfast model list")
    }

    private static func modelName(_ row: Row, _ column: Int) throws -> ModelName {
        try ModelName(parsing: "\(row[column] as String):\(row[column + 1] as String)")
    }

    private static func model(_ row: Row, names: [SHA256Digest: [ModelName]]) throws -> Model {
        let entry = try entry(row, names)
        return Model(
            name: entry.name, names: entry.names, digest: entry.digest, size: entry.size, state: entry.state,
            description: try JSONDecoder().decode(ModelDescription.self, from: Data(row.bytes(11))), addedAt: entry.addedAt,
            verifiedAt: entry.verifiedAt)
    }

    private static func entry(_ row: Row, _ names: [SHA256Digest: [ModelName]]) throws -> RegistryEntry {
        let digest = try SHA256Digest(column: row.bytes(0))
        guard let names = names[digest], let first = names.first, let state = Model.State(rawValue: row[2]) else {
            throw HoldfastError(.databaseFailed, "The registry's row of model \(digest.short) has no name or no known state.")
        }
        return RegistryEntry(
            name: first, names: names.sorted(), digest: digest, size: row[1], state: state, addedAt: row[3], verifiedAt: row[4],
            fingerprint: BlobFingerprint(
                device: UInt64(bitPattern: row[5] as Int64), inode: UInt64(bitPattern: row[6] as Int64), size: row[1], changeTime: row[7]),
            architecture: row[8], parameters: row[9], quantization: row[10])
    }
}
