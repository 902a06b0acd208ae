/// A metadata file as it came (§4.2.1): what is signed, and the signatures over its canonical form.
public struct TUFEnvelope: Sendable {
    /// The file. Lengths and hashes are over these, and these are stored.
    public let bytes: [UInt8]
    let signed: OLPCJSON
    let signedBytes: [UInt8]
    /// By the id of the key; nil for one that is not hexadecimal, which is never valid.
    let signatures: [String: [UInt8]?]

    /// - Throws: ``HoldfastError`` `metadata_invalid`, also when two signatures have one key's id.
    init(parsing bytes: [UInt8], what: String) throws {
        var fields = try TUFFields(OLPCJSON(parsing: bytes), what: what)
        self.bytes = bytes
        signed = try fields.take("signed")
        signedBytes = signed.serialized()
        guard let list = try fields.take("signatures").arrayValue else { throw fields.refused("'signatures' is not a list") }
        var signatures: [String: [UInt8]?] = [:]
        for entry in list {
            var entry = try TUFFields(entry, what: what + ".signatures")
            let signature = Hex.decode(try entry.string("sig"))
            guard signatures.updateValue(signature, forKey: try entry.string("keyid")) == nil else {
                throw fields.refused("two signatures are of one key")
            }
        }
        self.signatures = signatures
    }

    /// A new file.
    /// - Throws: whatever signing throws.
    init(signing signed: OLPCJSON, by signers: [any TUFSigning], what: String) throws {
        let canonical = signed.serialized()
        let signatures = try signers.map { signer -> OLPCJSON in
            .object(["keyid": .string(signer.key.id), "sig": .string(Hex.encode(try signer.sign(canonical)))])
        }
        try self.init(parsing: OLPCJSON.object(["signatures": .array(signatures), "signed": signed]).json(), what: what)
    }
}
