public import HoldfastCore

/// Reads the models of this node. Changes go through ``NodeStore/commit(_:)``; a read that begins after a commit sees it.
public struct Registry: Sendable {
    private static let pageSize = 256
    let readers: ReaderPool
    let index: RegistryIndex

    /// All models by name, without their descriptions. From memory unless the registry has changed.
    public func entries() async throws -> [RegistryEntry] { try await snapshot().entries }

    public func entry(named name: ModelName) async throws -> RegistryEntry? {
        let snapshot = try await snapshot()
        return snapshot.byName[name].map { snapshot.entries[$0] }
    }

    public func entry(digest: SHA256Digest) async throws -> RegistryEntry? {
        let snapshot = try await snapshot()
        return snapshot.byDigest[digest].map { snapshot.entries[$0] }
    }

    /// Every name of every model, ascending.
    public func names() async throws -> [ModelName] { try await snapshot().byName.keys.sorted() }

    public func model(named name: ModelName) async throws -> Model? {
        guard let entry = try await entry(named: name) else { return nil }
        return try await model(digest: entry.digest)
    }

    /// From memory while the registry does not change, since each inference asks for its model.
    public func model(digest: SHA256Digest) async throws -> Model? {
        try await index.model(digest) { try await readers.read { try RegistryQueries.model(digest, in: $0) } }
    }

    /// All models by name, whole: each description is read and decoded. ``entries()`` is enough for a list.
    public func models() async throws -> [Model] {
        var models: [Model] = []
        while true {
            let last = models.last?.digest
            let page = try await readers.read { try RegistryQueries.models(after: last, limit: Self.pageSize, in: $0) }
            models += page
            if page.count < Self.pageSize { return models.sorted { $0.name < $1.name } }
        }
    }

    private func snapshot() async throws -> RegistryIndex.Snapshot {
        try await index.current { try await readers.read { try RegistryQueries.entries($0) } }
    }
}
