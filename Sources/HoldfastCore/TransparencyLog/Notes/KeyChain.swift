/// The keys that may have signed a log's checkpoints, each for its part of the log, reached from the keys that are trusted.
///
/// Trust goes both ways along a handover: it is signed by both. A key signs up to the size at which it handed over, the next from there on, so
/// a key that was given up because it may have leaked signs nothing later. What is smaller than that it could still sign: against that, keep a
/// checkpoint.
public struct KeyChain: Sendable {
    /// More than a handover a month for twenty years.
    private static let maximumSuccessions = 256

    private struct Link {
        let key: NoteVerifierKey
        var sizes: ClosedRange<Int>
    }

    private var links: [Link]
    /// Those that lead from a trusted key to another one.
    public private(set) var successions: [KeySuccession] = []

    public init(trusting keys: [NoteVerifierKey]) {
        links = keys.map { Link(key: $0, sizes: 0...Int.max) }
    }

    /// - Parameter successions: as they were found; those that do not lead to a trusted key are left aside.
    /// - Throws: ``HoldfastError`` `audit_broken` when a key handed over, or was taken over from, twice.
    public init(trusting keys: [NoteVerifierKey], successions: [KeySuccession]) throws {
        self.init(trusting: keys)
        guard successions.count <= Self.maximumSuccessions else { throw Self.refuse("there are more than \(Self.maximumSuccessions)") }
        var rest = successions
        while let position = rest.firstIndex(where: { index(of: $0.old) != nil || index(of: $0.new) != nil }) {
            let next = rest.remove(at: position)
            if self.successions.contains(where: { $0.note.text == next.note.text }) { continue }
            try add(next)
        }
    }

    public var keys: [NoteVerifierKey] { links.map(\.key) }

    /// The checkpoint in a note, believed only when a key of the chain signed it, for its part of the log.
    /// - Parameter origin: the log the caller means.
    /// - Throws: ``HoldfastError`` `audit_broken`.
    public func checkpoint(verifying note: SignedNote, origin: String) throws -> Checkpoint {
        let signed = try note.verify(keys: keys)
        let checkpoint = try Checkpoint(verifying: note, origin: origin, keys: keys)
        guard links.contains(where: { $0.sizes.contains(checkpoint.size) && signed.contains($0.key) }) else {
            throw HoldfastError(
                .auditBroken,
                "This checkpoint of \(checkpoint.size) records is signed by a key whose turn it was not: it handed over, or was handed to, elsewhere."
            )
        }
        for succession in successions where succession.checkpoint.size == checkpoint.size && succession.checkpoint.root != checkpoint.root {
            throw HoldfastError(.auditBroken, "This checkpoint is of another tree than the handover of the signing key at its size.")
        }
        return checkpoint
    }

    private func index(of key: NoteVerifierKey) -> Int? { links.firstIndex { $0.key == key } }

    private mutating func add(_ succession: KeySuccession) throws {
        for known in successions where known.old == succession.old || known.new == succession.new {
            throw Self.refuse("one key has two: at \(known.checkpoint.size) and at \(succession.checkpoint.size) records")
        }
        successions.append(succession)
        let size = succession.checkpoint.size
        for key in [succession.old, succession.new] where index(of: key) == nil { links.append(Link(key: key, sizes: 0...Int.max)) }
        for position in links.indices {
            let sizes = links[position].sizes
            if links[position].key == succession.old {
                guard sizes.lowerBound <= size else { throw Self.refuse("a key handed over before its turn") }
                links[position].sizes = sizes.lowerBound...min(size, sizes.upperBound)
            } else if links[position].key == succession.new {
                guard size <= sizes.upperBound else { throw Self.refuse("a key handed over before its turn") }
                links[position].sizes = max(size, sizes.lowerBound)...sizes.upperBound
            }
        }
    }

    private static func refuse(_ why: String) -> HoldfastError { .malformed("chain of signing keys", why) }
}
