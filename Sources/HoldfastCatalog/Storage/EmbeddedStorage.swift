public import HoldfastCore
public import HoldfastStore

/// SQLite and files in one state directory, as a node has it: the same journal, the same blobs.
public struct EmbeddedStorage: CatalogStorage {
    private let store: NodeStore

    /// - Throws: as ``NodeStore/open(_:)``.
    public init(state: String, now: @escaping @Sendable () -> Int64 = StoreOptions.wallClock) throws {
        var options = StoreOptions(stateDirectory: state, now: now)
        options.kind = .catalog
        store = try NodeStore.open(options)
    }

    public func metadata() async throws -> [String: [UInt8]] { try await store.catalog.metadata() }
    public func metadata(named name: String) async throws -> [UInt8]? { try await store.catalog.metadata(named: name) }
    public func target(_ path: String) async throws -> [UInt8]? { try await store.catalog.target(path) }
    public func targetPaths() async throws -> [String] { try await store.catalog.targetPaths() }
    public func blobs() async throws -> [CatalogBlob] { try await store.catalog.blobs() }
    public func blob(_ digest: SHA256Digest) async throws -> CatalogBlob? { try await store.catalog.blob(digest) }
    public func open(_ digest: SHA256Digest) throws -> RandomAccessFile { try store.blobs.open(digest) }
    public func director(_ node: String) async throws -> CatalogDirector? { try await store.catalog.director(node) }
    public func directors() async throws -> [CatalogDirector] { try await store.catalog.directors() }
    public func tokens() async throws -> [AccessToken] { try await store.subjects.tokens() }

    public func stage(expectedSize: Int64) throws -> StagedBlob { try store.blobs.stage(expectedSize: expectedSize) }

    public func finish(_ staged: StagedBlob, _ blob: CatalogBlob, record: AuditRecord) async throws {
        _ = try staged.publish()
        // Its row keeps it from here on; until it is committed, the pin that publishing set does.
        defer { staged.discard() }
        try await store.commit { transaction in
            try transaction.setBlob(blob)
            try transaction.append(record)
        }
    }

    public func apply(_ change: CatalogChange, record: AuditRecord) async throws {
        try await store.commit { transaction in
            for (name, bytes) in change.metadata { try transaction.setMetadata(name, bytes) }
            for name in change.removedMetadata { try transaction.removeMetadata(name) }
            for (path, bytes) in change.targets { try transaction.setTarget(path, bytes) }
            for path in change.removedTargets { try transaction.removeTarget(path) }
            for director in change.directors { try transaction.setDirector(director) }
            for digest in change.removedBlobs { try transaction.removeBlob(digest) }
            try transaction.append(record)
        }
    }

    public func addToken(_ token: AccessToken, record: AuditRecord) async throws -> [AccessToken] {
        try await store.commit { transaction in
            let tokens = try transaction.addToken(token)
            try transaction.append(record)
            return tokens
        }
    }

    public func removeToken(_ name: String, record: AuditRecord) async throws -> [AccessToken] {
        try await store.commit { transaction in
            let tokens = try transaction.removeToken(name)
            try transaction.append(record)
            return tokens
        }
    }

    public func collectFiles() async throws -> (files: Int, bytes: Int64) {
        let known = Set(try await blobs().map(\.digest))
        let collected = try await store.prune(keeping: known)
        return (collected.files, collected.bytes)
    }

    public func append(_ records: [AuditRecord], essential: Bool) async throws {
        try await store.commit(essential: essential) { transaction in
            for record in records { try transaction.append(record) }
        }
    }

    public func checkpoint() async throws { try await store.checkpoint() }
    public var failure: HoldfastError? { store.failure ?? store.shortage }
    public func close() async { await store.close() }
}
