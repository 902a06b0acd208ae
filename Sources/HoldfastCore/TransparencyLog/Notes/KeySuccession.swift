/// One key of a log handing over to the next: a note signed by both, so that whoever trusts one of them can trust the other for its part of
/// the log.
///
/// The note's text has six lines: `holdfast.local/key-succession/v1`, the log's origin, its size and root at that moment (as a checkpoint has
/// them), the text of the old key, the text of the new one. Its first line is no origin of a log, so it can never be taken for a checkpoint.
public struct KeySuccession: Sendable {
    private static let firstLine = "holdfast.local/key-succession/v1"

    /// The log as the old key left it; also the first that the new key signs.
    public let checkpoint: Checkpoint
    public let old: NoteVerifierKey
    public let new: NoteVerifierKey
    public let note: SignedNote

    /// - Throws: ``HoldfastError`` `audit_broken` for keys of another log, or twice the same; `CryptoError` when libcrypto fails.
    public init(at checkpoint: Checkpoint, from old: NoteSigner, to new: NoteSigner) throws {
        let text = ([Self.firstLine] + [checkpoint.text + old.verifierKey.text, new.verifierKey.text]).joined(separator: "\n") + "\n"
        try self.init(parsing: SignedNote(text: text, signers: [old, new]))
    }

    /// Reads a handover and checks both signatures. Whether either key is to be trusted is ``KeyChain``'s to say.
    /// - Throws: ``HoldfastError`` `audit_broken`.
    public init(parsing note: SignedNote) throws {
        let lines = note.text.split(separator: "\n", omittingEmptySubsequences: false)
        guard lines.count == 7, lines[0] == Self.firstLine, lines[6].isEmpty else {
            throw Self.refuse("it is not six lines that begin as one")
        }
        checkpoint = try Checkpoint(parsing: lines[1...3].joined(separator: "\n") + "\n")
        old = try NoteVerifierKey(parsing: lines[4])
        new = try NoteVerifierKey(parsing: lines[5])
        guard old.publicKey != new.publicKey else { throw Self.refuse("a key cannot hand over to itself") }
        for key in [old, new] where !NoteKeyName.same(key.name, checkpoint.origin) {
            throw Self.refuse("'\(key.name.prefix(80))' is no key of the log '\(checkpoint.origin.prefix(80))'")
        }
        guard try note.verify(keys: [old, new]).count == 2 else { throw Self.refuse("it is not signed by both keys") }
        self.note = note
    }

    private static func refuse(_ why: String) -> HoldfastError { .malformed("handover of a signing key", why) }
}

extension KeySuccession {
    /// As proofs carry them: RFC 8785 JSON, an array of notes.
    public static func encode(_ successions: [KeySuccession]) throws -> [UInt8] {
        try CanonicalJSON.array(successions.map { .string($0.note.encoded) }).serialized()
    }

    /// - Returns: none for bytes of another kind, which nobody vouches for anyway.
    /// - Throws: ``HoldfastError`` `audit_broken` for an array of texts that are no handovers.
    static func decode(_ bytes: [UInt8]) throws -> [KeySuccession] {
        guard case .array(let values)? = try? CanonicalJSON(parsing: bytes, requireCanonical: true) else { return [] }
        return try decode(values.compactMap(\.stringValue))
    }

    /// - Throws: ``HoldfastError`` `audit_broken`.
    public static func decode(_ notes: [String]) throws -> [KeySuccession] {
        try notes.map { try KeySuccession(parsing: SignedNote(parsing: Array($0.utf8))) }
    }
}
