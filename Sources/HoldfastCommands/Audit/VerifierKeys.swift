import HoldfastCore

/// Where the key that checks a log comes from.
struct VerifierKeys {
    let key: String?
    let state: String?

    /// - Throws: ``HoldfastError`` `invalid_request` when there is none.
    func required() throws -> [NoteVerifierKey] {
        if let key { return [try NoteVerifierKey(parsing: key)] }
        guard let state, let known = try? Self.published(in: state) else {
            throw HoldfastError(
                .invalidRequest, "It takes the log's verifier key to check this.",
                hint: "add --key 'NAME+ID+KEY', as holdfast status --json shows it", field: "key")
        }
        return [known]
    }

    /// STATE/keys/audit.pub.
    static func published(in state: String) throws -> NoteVerifierKey {
        let bytes = try SmallFile.read(state + "/keys/audit.pub", limit: 4096)
        let text = String(decoding: bytes, as: UTF8.self)
        return try NoteVerifierKey(parsing: text.hasSuffix("\n") ? text.dropLast() : text[...])
    }
}

/// A checkpoint as somebody kept it. Nothing in it is believed before a key has been held against it.
struct KeptCheckpoint {
    let path: String
    let note: SignedNote

    /// - Throws: ``HoldfastError`` `file_unreadable`, `audit_broken`.
    init(_ path: String) throws {
        self.path = path
        note = try SignedNote(parsing: SmallFile.read(path, limit: SignedNote.maximumByteCount))
        _ = try Checkpoint(parsing: note.text)
    }
}
