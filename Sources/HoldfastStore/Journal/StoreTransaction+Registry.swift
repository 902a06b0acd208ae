import FoundationEssentials
import GRDB
public import HoldfastCore

/// What a name's removal left.
public struct RemovedModel: Sendable, Equatable {
    public var name: ModelName
    public var digest: SHA256Digest
    /// Bytes of the file.
    public var size: Int64
    /// Ascending; empty when the last name went and with it the model: its file is the next collection's.
    public var remainingNames: [ModelName]
    public var wasLast: Bool { remainingNames.isEmpty }
}

extension StoreTransaction {
    /// Registers a published, verified file under a name. The same again is harmless; a known file gets one more name.
    /// - Throws: ``HoldfastError`` `model_exists` when the name belongs to another file.
    public func addModel(
        name: ModelName, digest: SHA256Digest, size: Int64, description: ModelDescription, fingerprint: BlobFingerprint
    ) throws -> Model {
        if let owner = try self.digest(of: name), owner != digest { throw Self.exists(name, owner) }
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        let json = String(decoding: try encoder.encode(description), as: UTF8.self)
        try database.run(
            """
            INSERT INTO model (digest, size, state, added, verified, device, inode, changed_ns, description)
            VALUES (?, ?, 'ready', ?, ?, ?, ?, ?, ?)
            ON CONFLICT (digest) DO UPDATE SET state = 'ready', verified = excluded.verified, device = excluded.device,
                inode = excluded.inode, changed_ns = excluded.changed_ns, description = excluded.description
            """,
            [
                Blob(digest.bytes), size, now, now, Int64(bitPattern: fingerprint.device), Int64(bitPattern: fingerprint.inode),
                fingerprint.changeTime, json,
            ])
        try insert(name, digest)
        changesRegistry = true
        adopted.append(digest)
        return try model(digest)
    }

    /// Gives a model one more name.
    /// - Throws: ``HoldfastError`` `model_not_found`; `model_exists` when the new name belongs to another model.
    public func addAlias(_ new: ModelName, of name: ModelName) throws -> Model {
        let digest = try required(name)
        if let owner = try self.digest(of: new), owner != digest { throw Self.exists(new, owner) }
        try insert(new, digest)
        changesRegistry = true
        return try model(digest)
    }

    /// Takes a name away, and with the last name the model. Its file stays until it is collected.
    /// - Throws: ``HoldfastError`` `model_not_found`.
    public func removeName(_ name: ModelName) throws -> RemovedModel {
        let model = try model(required(name))
        try database.run("DELETE FROM model_name WHERE name = ? AND tag = ?", [name.name, name.tag])
        let rest = model.names.filter { $0 != name }
        if rest.isEmpty { try database.run("DELETE FROM model WHERE digest = ?", [Blob(model.digest.bytes)]) }
        changesRegistry = true
        return RemovedModel(name: name, digest: model.digest, size: model.size, remainingNames: rest)
    }

    /// Writes down what a verification found.
    /// - Parameters:
    ///   - fingerprint: nil leaves the stored one, as for a file that is gone.
    ///   - verifiedAt: milliseconds since 1970.
    /// - Throws: ``HoldfastError`` `model_not_found`.
    public func setBlob(_ digest: SHA256Digest, state: Model.State, fingerprint: BlobFingerprint?, verifiedAt: Int64) throws {
        try database.run(
            """
            UPDATE model SET state = ?, verified = ?, device = ifnull(?, device), inode = ifnull(?, inode),
                changed_ns = ifnull(?, changed_ns) WHERE digest = ?
            """,
            [
                state.rawValue, verifiedAt, fingerprint.map { Int64(bitPattern: $0.device) },
                fingerprint.map { Int64(bitPattern: $0.inode) },
                fingerprint?.changeTime, Blob(digest.bytes),
            ])
        guard database.changesCount == 1 else { throw RegistryQueries.notFound("model \(digest.short)") }
        changesRegistry = true
    }

    private func insert(_ name: ModelName, _ digest: SHA256Digest) throws {
        try database.run(
            "INSERT INTO model_name (name, tag, digest) VALUES (?, ?, ?) ON CONFLICT (name, tag) DO NOTHING",
            [name.name, name.tag, Blob(digest.bytes)])
    }

    private func digest(of name: ModelName) throws -> SHA256Digest? {
        try Row.fetchOne(
            database.cachedStatement(sql: "SELECT digest FROM model_name WHERE name = ? AND tag = ?"), arguments: [name.name, name.tag]
        ).map { try SHA256Digest(column: $0.bytes(0)) }
    }

    private func required(_ name: ModelName) throws -> SHA256Digest {
        guard let digest = try digest(of: name) else { throw RegistryQueries.notFound("model '\(name)'") }
        return digest
    }

    private func model(_ digest: SHA256Digest) throws -> Model {
        guard let model = try RegistryQueries.model(digest, in: database) else { throw RegistryQueries.notFound("model \(digest.short)") }
        return model
    }

    private static func exists(_ name: ModelName, _ owner: SHA256Digest) -> HoldfastError {
        HoldfastError(
            .modelExists, "The name '\(name)' belongs to another model (\(owner.short)).",
            hint: "choose another --name, or first run: holdfast model remove \(name)", field: "name")
    }
}
