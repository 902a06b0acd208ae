import HoldfastCore

/// What callers were told of one state directory, and at which place in the log of disk operations.
struct CrashClaims: Sendable {
    struct Record: Sendable {
        let index: Int64
        let id: String
        /// As a reader got them right after the commit.
        let bytes: [UInt8]
        let isSalted: Bool
        let position: Int
    }

    /// A model's name, used once: added, perhaps removed. Its records are `add-NAME` and `remove-NAME`.
    struct Name: Sendable {
        let digest: SHA256Digest
        var added: Int?
        var removalAsked: Int?
        var removed: Int?
    }

    /// Acknowledged.
    var records: [Record] = []
    /// Ids of all that was ever handed to the store.
    var asked: Set<String> = []
    var names: [ModelName: Name] = [:]
    /// STATE/checkpoint as it was seen.
    var notes: [(position: Int, bytes: [UInt8])] = []
    /// Published files by digest.
    var blobs: [SHA256Digest: (position: Int, bytes: [UInt8])] = [:]

    /// What is certain after a crash at `position`, as the beginning of another history.
    func certain(at position: Int) -> CrashClaims {
        var rest = self
        rest.records = records.filter { $0.position <= position }.map {
            Record(index: $0.index, id: $0.id, bytes: $0.bytes, isSalted: $0.isSalted, position: 0)
        }
        rest.names = names.compactMapValues { name in
            guard let added = name.added, added <= position else { return nil }
            if name.removalAsked.map({ $0 > position }) ?? true { return Name(digest: name.digest, added: 0) }
            guard let removed = name.removed, removed <= position else { return nil }
            return Name(digest: name.digest, added: 0, removalAsked: 0, removed: 0)
        }
        rest.notes = notes.last { $0.position <= position }.map { [(0, $0.bytes)] } ?? []
        rest.blobs = blobs.filter { $0.value.position <= position }.mapValues { (0, $0.bytes) }
        return rest
    }
}
