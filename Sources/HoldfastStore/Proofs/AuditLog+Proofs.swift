import GRDB
public import HoldfastCore

/// That one state of the log is the beginning of another (RFC 6962 §2.1.2).
public struct LogConsistency: Sendable {
    public let oldSize: Int
    public let newSize: Int
    public let hashes: [MerkleHash]
    /// The newest checkpoint; it may be of more records than `newSize`.
    public let checkpoint: SignedNote
    public let successions: [KeySuccession]
}

extension AuditLog {
    /// The newest checkpoint as it was signed.
    public func newestNote() async throws -> SignedNote { try await readers.read { try Self.newestNote($0) } }

    /// The handovers of the signing key, oldest first.
    public func successions() async throws -> [KeySuccession] { try await readers.read { try KeyHandover.all(in: $0) } }

    /// That a record is in the log, against the newest checkpoint; also of a record whose entry is gone. The handovers of the key go with it.
    /// - Throws: ``HoldfastError`` `record_not_found` for an index the newest checkpoint does not cover.
    public func inclusionProof(of index: Int) async throws -> InclusionProofFile {
        try await readers.read { database in
            let note = try Self.newestNote(database)
            let successions = try KeyHandover.all(in: database)
            var prover = MerkleProver(size: try Checkpoint(parsing: note.text).size) { try LogHead.hashes($0, in: database) }
            return try InclusionProofFile(
                extra: successions.isEmpty ? nil : try KeySuccession.encode(successions), index: index,
                proof: prover.inclusionProof(index: index), checkpoint: note)
        }
    }

    /// - Parameter newSize: nil for what the newest checkpoint covers.
    /// - Throws: ``HoldfastError`` `record_not_found` when the log is smaller than that.
    public func consistency(from oldSize: Int, to newSize: Int? = nil) async throws -> LogConsistency {
        try await readers.read { database in
            let note = try Self.newestNote(database)
            let signed = try Checkpoint(parsing: note.text).size
            let end = newSize ?? signed
            guard end <= signed, oldSize <= end else {
                throw HoldfastError(
                    .recordNotFound, "The audit log's newest checkpoint covers \(signed) records, fewer than \(max(oldSize, end)).",
                    hint: "holdfast audit checkpoint")
            }
            var prover = MerkleProver(size: end) { try LogHead.hashes($0, in: database) }
            return LogConsistency(
                oldSize: oldSize, newSize: end, hashes: try prover.consistencyProof(from: oldSize), checkpoint: note,
                successions: try KeyHandover.all(in: database))
        }
    }

    private static func newestNote(_ database: Database) throws -> SignedNote {
        guard let row = try Row.fetchOne(database, sql: "SELECT note FROM checkpoint ORDER BY size DESC LIMIT 1") else {
            throw HoldfastError(.auditBroken, "The audit log has no checkpoint.", hint: "holdfast audit verify")
        }
        return try SignedNote(parsing: row.bytes(0))
    }

    static func exportProof(_ database: Database, _ range: (Int) throws -> Range<Int>) throws -> ExportProof {
        let note = try newestNote(database)
        let range = try range(Checkpoint(parsing: note.text).size)
        return try ExportProof(range: range, checkpoint: note) { try LogHead.hashes($0, in: database) }
    }
}
