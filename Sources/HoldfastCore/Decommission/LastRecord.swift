/// What is left of a decommissioned node, on paper: the last record of its log, the proof that it is in the log, and the key that signed.
///
/// ```
/// holdfast.local/decommission/v1
/// key holdfast.local/node/0123456789abcdef+1a2b3c4d+AQ…
/// record {"actor":…}
/// c2sp.org/tlog-proof@v1
/// …                                    the rest of the proof, with the log's last checkpoint
/// ```
public struct LastRecord: Sendable {
    private static let firstLine = "holdfast.local/decommission/v1"

    public let key: NoteVerifierKey
    /// Canonical JSON, as it is hashed.
    public let record: String
    public let proof: InclusionProofFile

    public init(key: NoteVerifierKey, record: String, proof: InclusionProofFile) {
        self.key = key
        self.record = record
        self.proof = proof
    }

    public var text: String { "\(Self.firstLine)\nkey \(key.text)\nrecord \(record)\n\(proof.encoded)" }

    /// Reads ``text``.
    /// - Throws: ``HoldfastError`` `audit_broken`.
    public init(parsing bytes: [UInt8]) throws {
        let lines = bytes.split(separator: UInt8(ascii: "\n"), maxSplits: 3, omittingEmptySubsequences: false)
        let words = lines.prefix(3).map { String(decoding: $0, as: UTF8.self) }
        guard lines.count == 4, words[0] == Self.firstLine, words[1].hasPrefix("key "), words[2].hasPrefix("record ") else {
            throw HoldfastError.malformed("last record", "it is not what holdfast decommission wrote")
        }
        self.init(
            key: try NoteVerifierKey(parsing: words[1].dropFirst(4)), record: String(words[2].dropFirst(7)),
            proof: try InclusionProofFile(parsing: Array(lines[3])))
    }

    /// Shows that it is the record of a decommissioning, and in the log.
    /// - Parameter keys: of the log. With ``key`` alone it shows only that the paper agrees with itself.
    /// - Throws: ``HoldfastError`` `audit_broken`.
    public func verify(keys: [NoteVerifierKey]) throws -> Checkpoint {
        let checkpoint = try proof.verify(record: Array(record.utf8), origin: keys.first?.name ?? key.name, keys: keys)
        guard try AuditRecord(parsing: Array(record.utf8)).operation == "node.decommission" else {
            throw HoldfastError.malformed("last record", "it is not the record of a decommissioning")
        }
        return checkpoint
    }
}
