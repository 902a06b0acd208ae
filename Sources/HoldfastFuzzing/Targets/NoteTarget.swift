import HoldfastCore

extension FuzzTarget {
    /// Signed notes, and what they carry: checkpoints and handovers of keys; and verifier keys. Each has one spelling.
    static let notes = FuzzTarget("notes", seeds: FuzzSeeds.notes) { input in
        if let note = try accepted([.auditBroken], { try SignedNote(parsing: input) }) {
            try require(Array(note.encoded.utf8) == input, "a note is written otherwise than it was read")
            try require((1...SignedNote.maximumSignatures).contains(note.signatures.count), "\(note.signatures.count) signatures")
            if let checkpoint = try accepted([.auditBroken], { try Checkpoint(parsing: note.text) }) {
                try require(checkpoint.text == note.text, "a checkpoint is written otherwise than it was read")
            }
            let verified = try accepted([.auditBroken]) {
                try Checkpoint(verifying: note, origin: FuzzSeeds.origin, keys: [FuzzSeeds.signer().verifierKey])
            }
            if let verified { try require(verified.text == note.text, "what was verified is not what stands there") }
            if let succession = try accepted([.auditBroken], { try KeySuccession(parsing: note) }) {
                try require(succession.old != succession.new, "a key hands over to itself")
                _ = try accepted([.auditBroken]) { try KeyChain(trusting: [succession.old], successions: [succession, succession]) }
            }
        }
        let text = String(decoding: input, as: UTF8.self)
        if let key = try accepted([.auditBroken], { try NoteVerifierKey(parsing: text) }) {
            try require(key.text.utf8.elementsEqual(text.utf8), "a verifier key is written otherwise than it was read")
        }
    }
}
