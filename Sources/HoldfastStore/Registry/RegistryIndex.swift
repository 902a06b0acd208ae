import HoldfastCore
import Synchronization

/// All entries in memory, for as long as no commit changed the registry.
final class RegistryIndex: Sendable {
    struct Snapshot: Sendable {
        let generation: Int
        let entries: [RegistryEntry]
        let byName: [ModelName: Int]
        let byDigest: [SHA256Digest: Int]

        init(generation: Int, entries: [RegistryEntry]) {
            self.generation = generation
            self.entries = entries
            var byName: [ModelName: Int] = [:]
            for (position, entry) in entries.enumerated() {
                for name in entry.names { byName[name] = position }
            }
            self.byName = byName
            self.byDigest = Dictionary(entries.enumerated().map { ($0.element.digest, $0.offset) }) { first, _ in first }
        }
    }

    /// Whole models that are kept; a gateway runs a few.
    private static let keptModels = 64
    private let generation = Atomic<Int>(0)
    private let models = Mutex<[SHA256Digest: (generation: Int, model: Model)]>([:])
    private let snapshot = Mutex<Snapshot?>(nil)

    /// Called by the writer after the commit and before its callers go on, so that they read what they wrote.
    func changed() { generation.wrappingAdd(1, ordering: .sequentiallyConsistent) }

    func model(_ digest: SHA256Digest, load: () async throws -> Model?) async throws -> Model? {
        let generation = generation.load(ordering: .sequentiallyConsistent)
        if let known = models.withLock({ $0[digest] }), known.generation == generation { return known.model }
        guard let model = try await load() else { return nil }
        models.withLock { models in
            if models.count >= Self.keptModels { models.removeAll() }
            models[digest] = (generation, model)
        }
        return model
    }

    func current(load: () async throws -> [RegistryEntry]) async throws -> Snapshot {
        // Taken before the read: a commit in between makes the result one generation old, and the next call reads again.
        let generation = generation.load(ordering: .sequentiallyConsistent)
        if let known = snapshot.withLock({ $0 }), known.generation == generation { return known }
        let fresh = Snapshot(generation: generation, entries: try await load())
        snapshot.withLock { if $0.map({ $0.generation < generation }) ?? true { $0 = fresh } }
        return fresh
    }
}
