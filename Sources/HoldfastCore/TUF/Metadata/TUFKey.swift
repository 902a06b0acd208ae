public import HoldfastCrypto

/// A public key of a role (§4.2.2).
public struct TUFKey: Hashable, Sendable {
    /// The object as it stands in the metadata, members unknown here included.
    public let json: OLPCJSON
    /// The SHA-256 of the canonical form of the whole object, in hexadecimal, as securesystemslib computes it.
    public let id: String
    /// What verifies; nil for a type or scheme unknown here, or a malformed key. Such a key never counts.
    let verifier: TUFVerifier?

    public init(_ key: Ed25519PublicKey) {
        self.init(
            json: .object([
                "keytype": "ed25519", "scheme": "ed25519", "keyval": .object(["public": .string(Hex.encode(key.bytes))]),
            ]), verifier: .ed25519(key))
    }

    init(_ value: OLPCJSON, what: String) throws {
        var fields = try TUFFields(value, what: what + ".keys")
        let type = try fields.string("keytype")
        let scheme = try fields.string("scheme")
        var keyval = try TUFFields(fields.take("keyval"), what: what + ".keys")
        self.init(json: value, verifier: TUFVerifier(type: type, scheme: scheme, text: try keyval.string("public")))
    }

    /// - Throws: ``HoldfastError`` `metadata_invalid`.
    public init(parsing value: OLPCJSON) throws { try self.init(value, what: "key") }

    private init(json: OLPCJSON, verifier: TUFVerifier?) {
        self.json = json
        self.verifier = verifier
        id = Hex.encode(SHA256.hash(json.serialized()))
    }
}
