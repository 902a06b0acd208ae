import GRDB
public import HoldfastCore

extension StoreTransaction {
    /// Stores a policy as the next generation, which rules from the commit on. Whether it may is the caller's to know.
    /// - Parameter files: valid UTF-8, with distinct names; they are kept word for word.
    /// - Throws: ``HoldfastError`` `generation_not_found` when `copiedFrom` is none.
    public func addPolicy(
        _ files: [PolicySource], digest: SHA256Digest, authorUID: UInt32, source: PolicyGeneration.Source, copiedFrom: Int64? = nil
    ) throws -> PolicyGeneration {
        if let copiedFrom, try PolicyQueries.policy(copiedFrom, in: database) == nil { throw PolicyGeneration.notFound(copiedFrom) }
        let last = try Int64.fetchOne(database, sql: "SELECT max(number) FROM policy_generation") ?? 0
        let generation = PolicyGeneration(
            number: last + 1, digest: digest, authorUID: authorUID, source: source, copiedFrom: copiedFrom, time: now)
        try database.run(
            "INSERT INTO policy_generation (number, digest, author_uid, source, copied_from, time) VALUES (?, ?, ?, ?, ?, ?)",
            [generation.number, Blob(digest.bytes), Int64(authorUID), source.rawValue, copiedFrom, now])
        for file in files {
            guard let text = String(validating: file.bytes, as: UTF8.self) else {
                throw HoldfastError(.internalError, "The policy file '\(file.name)' is not UTF-8.")
            }
            try database.run("INSERT INTO policy_file (generation, name, text) VALUES (?, ?, ?)", [generation.number, file.name, text])
        }
        try database.run(
            "INSERT INTO policy_active (id, generation) VALUES (1, ?) ON CONFLICT (id) DO UPDATE SET generation = excluded.generation",
            [generation.number])
        return generation
    }
}

extension PolicyGeneration {
    public static func notFound(_ number: Int64) -> HoldfastError {
        HoldfastError(.generationNotFound, "There is no policy generation \(number).", hint: "holdfast access policy history")
    }
}
