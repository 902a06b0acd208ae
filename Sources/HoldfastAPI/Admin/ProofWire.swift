#if canImport(FoundationEssentials)
public import FoundationEssentials
#else
public import Foundation
#endif

/// `POST /holdfast/v1/audit/checkpoint`.
public struct CheckpointBody: Codable, Sendable {
    /// The newest signed note (c2sp.org/tlog-checkpoint).
    public var checkpoint: String
    /// What checks it, as text (c2sp.org/signed-note).
    public var key: String

    public init(checkpoint: String, key: String) {
        self.checkpoint = checkpoint
        self.key = key
    }
}

/// `GET /holdfast/v1/audit/proofs/{id}`; the id is a record's index or a request's id.
public struct ProofBody: Codable, Sendable {
    public var index: Int64
    /// The proof file (c2sp.org/tlog-proof).
    public var proof: String
    /// The record's RFC 8785 text, exactly as hashed; nil when its entry is gone.
    public var record: String?
    /// Further records of the same request.
    public var others: [Int64]

    public init(index: Int64, proof: String, record: String?, others: [Int64]) {
        self.index = index
        self.proof = proof
        self.record = record
        self.others = others
    }
}

/// The query of `GET /holdfast/v1/audit/consistency`: sizes; without `to`, what the newest checkpoint covers.
public enum ConsistencyQueryKey: String, CaseIterable, Sendable {
    case from
    case to
}

/// Its answer.
public struct ConsistencyBody: Codable, Sendable {
    public var from: Int64
    public var to: Int64
    /// The proof (RFC 6962 §2.1.2), 32 bytes a hash; base 64 in JSON.
    public var hashes: Data
    /// The newest signed note.
    public var checkpoint: String
    public var key: String
    /// The handovers of the signing key: notes signed by both keys.
    public var successions: [String]

    public init(from: Int64, to: Int64, hashes: Data, checkpoint: String, key: String, successions: [String]) {
        self.from = from
        self.to = to
        self.hashes = hashes
        self.checkpoint = checkpoint
        self.key = key
        self.successions = successions
    }
}

/// `POST /holdfast/v1/audit/rotate-key`.
public struct RotateKeyBody: Codable, Sendable {
    public var oldKey: String
    public var newKey: String
    /// Records at the handover: the old key signs no more than these, the new one no fewer.
    public var size: Int64
    /// The note signed by both.
    public var succession: String

    public init(oldKey: String, newKey: String, size: Int64, succession: String) {
        self.oldKey = oldKey
        self.newKey = newKey
        self.size = size
        self.succession = succession
    }

    enum CodingKeys: String, CodingKey {
        case oldKey = "old_key"
        case newKey = "new_key"
        case size, succession
    }
}

/// What `POST /holdfast/v1/audit/export` takes beside the filters of ``AuditQueryKey``, and `/report` alone.
public enum ExportQueryKey: String, CaseIterable, Sendable {
    /// `jsonl`, `ocsf`, `cef`, `csv`; of a report `markdown` or `html`.
    case format
    /// Of a report: `2026-11`.
    case period
}
