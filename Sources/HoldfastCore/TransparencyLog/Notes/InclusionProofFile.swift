/// A `.tlog-proof` file: that one record is in a log, verifiable offline with the log's verifier key alone (c2sp.org/tlog-proof).
public struct InclusionProofFile: Sendable {
    private static let firstLine = "c2sp.org/tlog-proof@v1"
    private static let newline = UInt8(ascii: "\n")

    /// Opaque bytes beside the proof, not authenticated; never empty.
    public let extra: [UInt8]?
    /// The record's number, from 0.
    public let index: Int
    /// From the leaf's sibling to the child of the root; at most 63.
    public let proof: [MerkleHash]
    /// The log's checkpoint as it was signed, with any cosignatures.
    public let checkpoint: SignedNote

    /// - Throws: ``HoldfastError`` `audit_broken` for a negative index, more than 63 hashes, extra data of no bytes, or a note that is no
    ///   checkpoint.
    public init(extra: [UInt8]? = nil, index: Int, proof: [MerkleHash], checkpoint: SignedNote) throws {
        guard index >= 0 else { throw Self.refuse("its index is negative") }
        guard proof.count <= 63 else { throw Self.refuse("\(proof.count) hashes are more than any tree is high") }
        guard extra?.isEmpty != true else { throw Self.refuse("its extra data is empty") }
        _ = try Checkpoint(parsing: checkpoint.text)
        self.extra = extra
        self.index = index
        self.proof = proof
        self.checkpoint = checkpoint
    }

    /// The handovers of the log's key that the proof brings with it. They are signed, and as good as the key they lead to.
    /// - Throws: ``HoldfastError`` `audit_broken`.
    public var successions: [KeySuccession] {
        get throws { try extra.map { try KeySuccession.decode($0) } ?? [] }
    }

    public var encoded: String {
        var lines = [Self.firstLine]
        if let extra { lines.append("extra " + StrictBase64.encode(extra)) }
        lines.append("index \(index)")
        lines += proof.map(\.base64)
        return lines.joined(separator: "\n") + "\n\n" + checkpoint.encoded
    }

    /// Reads ``encoded``.
    /// - Throws: ``HoldfastError`` `audit_broken` for anything else.
    public init(parsing bytes: some Collection<UInt8>) throws {
        let bytes = Array(bytes)
        guard let blank = bytes.indices.dropFirst().first(where: { bytes[$0] == Self.newline && bytes[$0 - 1] == Self.newline }) else {
            throw Self.refuse("no empty line parts proof and checkpoint")
        }
        var lines = bytes[..<(blank - 1)].split(separator: Self.newline, omittingEmptySubsequences: false)[...]
        guard lines.popFirst()?.elementsEqual(Self.firstLine.utf8) == true else {
            throw Self.refuse("its first line is not '\(Self.firstLine)'")
        }
        var extra: [UInt8]?
        if let text = lines.first.flatMap({ Self.value(of: "extra ", in: $0) }) {
            guard let data = StrictBase64.decode(text) else { throw Self.refuse("its extra data is not base 64") }
            extra = data
            lines = lines.dropFirst()
        }
        guard let index = lines.popFirst().flatMap({ Self.value(of: "index ", in: $0) }).flatMap({ StrictDecimal.decode($0) }) else {
            throw Self.refuse("it has no line 'index' with a decimal number")
        }
        let proof = try lines.map { line in
            guard let hash = StrictBase64.decode(line).flatMap({ MerkleHash(bytes: $0) }) else {
                throw Self.refuse("a line of the proof is not 32 bytes in base 64")
            }
            return hash
        }
        try self.init(extra: extra, index: index, proof: proof, checkpoint: SignedNote(parsing: bytes[(blank + 1)...]))
    }

    /// Shows that the record is number ``index`` of the log `origin`, as one of its keys has signed.
    /// - Parameter keys: one of the log's keys; the handovers beside the proof lead from it to the one that signed.
    /// - Returns: the checkpoint it was shown against.
    /// - Throws: ``HoldfastError`` `audit_broken` when the signature or the proof does not hold.
    public func verify(record: some Collection<UInt8>, origin: String, keys: [NoteVerifierKey]) throws -> Checkpoint {
        let chain = try KeyChain(trusting: keys, successions: successions)
        let checkpoint = try chain.checkpoint(verifying: checkpoint, origin: origin)
        let leaf = MerkleHash.leaf(record)
        guard MerkleProof.verifyInclusion(leaf: leaf, index: index, size: checkpoint.size, proof: proof, root: checkpoint.root) else {
            throw HoldfastError(
                .auditBroken, "The proof does not hold: this record is not number \(index) of the log \(checkpoint.origin).",
                detail: "leaf hash \(leaf)")
        }
        return checkpoint
    }

    private static func value(of key: String, in line: ArraySlice<UInt8>) -> ArraySlice<UInt8>? {
        line.starts(with: key.utf8) ? line.dropFirst(key.utf8.count) : nil
    }

    private static func refuse(_ why: String) -> HoldfastError { .malformed("proof file", why) }
}
