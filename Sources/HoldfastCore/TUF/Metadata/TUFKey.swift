public import HoldfastCrypto

/// A public key of a role (§4.2.2).
public struct TUFKey: Hashable, Sendable {
    /// The object as it stands in the metadata, members unknown here included.
    let json: OLPCJSON
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

    private init(json: OLPCJSON, verifier: TUFVerifier?) {
        self.json = json
        self.verifier = verifier
        id = Hex.encode(SHA256.hash(json.serialized()))
    }
}

/// A key as libcrypto knows it. Equal ones are the same key, whatever is written around them.
enum TUFVerifier: Hashable, Sendable {
    case ed25519(Ed25519PublicKey)
    case ecdsaP256(ECDSAP256PublicKey)
    case rsaPSS(RSAPSSPublicKey)

    /// - Parameter text: `keyval.public`: 64 hexadecimal digits for Ed25519, else PEM.
    init?(type: String, scheme: String, text: String) {
        switch (type, scheme) {
        case ("ed25519", "ed25519"):
            guard let bytes = Hex.decode(text), let key = try? Ed25519PublicKey(bytes: bytes) else { return nil }
            self = .ed25519(key)
        // The second spelling of the type is that of older securesystemslibs.
        case ("ecdsa", "ecdsa-sha2-nistp256"), ("ecdsa-sha2-nistp256", "ecdsa-sha2-nistp256"):
            guard let key = try? ECDSAP256PublicKey(pem: text) else { return nil }
            self = .ecdsaP256(key)
        case ("rsa", "rsassa-pss-sha256"):
            guard let key = try? RSAPSSPublicKey(pem: text) else { return nil }
            self = .rsaPSS(key)
        default: return nil
        }
    }

    func isValid(signature: [UInt8], for message: [UInt8]) -> Bool {
        switch self {
        case .ed25519(let key): key.isValid(signature: signature, for: message)
        case .ecdsaP256(let key): key.isValid(signature: signature, for: message)
        case .rsaPSS(let key): key.isValid(signature: signature, for: message)
        }
    }
}
