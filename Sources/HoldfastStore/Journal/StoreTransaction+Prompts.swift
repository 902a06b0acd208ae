import GRDB
public import HoldfastCore

extension StoreTransaction {
    /// Stores a prompt of a model. The same again changes nothing.
    /// - Throws: ``HoldfastError`` `quota_exceeded`; `database_failed` when there is no such model.
    public func addPrompt(_ prompt: KeptPrompt, of model: SHA256Digest) throws {
        let known = try PromptQueries.prompts(of: model, in: database)
        guard !known.contains(where: { $0.id == prompt.id }) else { return }
        guard known.count < KeptPrompt.maximumCount else {
            throw HoldfastError(
                .quotaExceeded, "The model has \(known.count) pinned prompts, which is the most.", hint: "holdfast model show NAME")
        }
        try database.run(
            "INSERT INTO pinned_prompt (digest, id, kind, text, added) VALUES (?, ?, ?, ?, ?)",
            [Blob(model.bytes), prompt.id, prompt.kind, prompt.text, prompt.addedAt])
    }

    /// - Throws: ``HoldfastError`` `prompt_not_found`.
    public func removePrompt(_ id: String, of model: SHA256Digest) throws {
        try database.run("DELETE FROM pinned_prompt WHERE digest = ? AND id = ?", [Blob(model.bytes), id])
        guard database.changesCount == 1 else {
            throw HoldfastError(
                .promptNotFound, "The model has no pinned prompt '\(id.prefix(80))'.", hint: "holdfast model show NAME", field: "id")
        }
    }
}

extension Registry {
    /// A model's pinned prompts, the oldest first.
    public func prompts(of model: SHA256Digest) async throws -> [KeptPrompt] {
        try await readers.read { try PromptQueries.prompts(of: model, in: $0) }
    }
}

enum PromptQueries {
    static func prompts(of model: SHA256Digest, in database: Database) throws -> [KeptPrompt] {
        try Row.fetchAll(
            database, sql: "SELECT id, kind, text, added FROM pinned_prompt WHERE digest = ? ORDER BY added, id",
            arguments: [Blob(model.bytes)]
        ).map { KeptPrompt(id: $0[0], kind: $0[1], text: $0[2], addedAt: $0[3]) }
    }
}
