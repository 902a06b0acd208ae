import HoldfastCore

/// A checkpoint as it was found, signed by this node or not.
struct SignedEvidence: Sendable {
    /// `checkpoint 512 in the database`, `STATE/checkpoint`.
    let source: String
    /// What the text says; nil when it is not a checkpoint.
    let claimed: Checkpoint?
    let isSigned: Bool

    init(_ note: [UInt8], source: String, key: NoteVerifierKey) {
        self.source = source
        let parsed = try? SignedNote(parsing: note)
        let verified = parsed.flatMap { try? Checkpoint(verifying: $0, origin: key.name, keys: [key]) }
        isSigned = verified != nil
        claimed = verified ?? parsed.flatMap { try? Checkpoint(parsing: $0.text) }
    }

    /// nil unless it can be believed.
    var checkpoint: Checkpoint? { isSigned ? claimed : nil }
}
