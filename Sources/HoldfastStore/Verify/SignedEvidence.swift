import HoldfastCore

/// A checkpoint as it was found, signed by this node or not.
struct SignedEvidence: Sendable {
    /// `checkpoint 512 in the database`, `STATE/checkpoint`.
    let source: String
    /// What the text says; nil when it is not a checkpoint.
    let claimed: Checkpoint?
    /// Why it is not to be believed, as a sentence; nil when it is signed.
    let fault: String?

    /// - Parameter size: what the place it was found in says its size is; nil where nothing does.
    init(_ note: [UInt8], source: String, chain: KeyChain, origin: String, size: Int? = nil) {
        self.source = source
        let parsed = try? SignedNote(parsing: note)
        let verified = parsed.flatMap { try? chain.checkpoint(verifying: $0, origin: origin) }
        if let parsed, let verified {
            let handover = chain.successions.contains { $0.checkpoint.size == verified.size }
            let signatures = (try? parsed.verify(keys: chain.keys).count) ?? 0
            if let size, verified.size != size {
                fault = "\(source) is a note over \(verified.size) records."
            } else {
                fault = handover && signatures < 2 ? "\(source) lacks one of the two signatures of a handover." : nil
            }
        } else {
            fault = "\(source) has no valid signature of this node."
        }
        claimed = verified ?? parsed.flatMap { try? Checkpoint(parsing: $0.text) }
    }

    /// Where the signing key was handed over: both keys signed the tree.
    init(_ succession: KeySuccession) {
        source = "the handover of the signing key at \(succession.checkpoint.size) records"
        claimed = succession.checkpoint
        fault = nil
    }

    var isSigned: Bool { fault == nil }

    /// nil unless it can be believed.
    var checkpoint: Checkpoint? { isSigned ? claimed : nil }
}
