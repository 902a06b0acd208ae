import HoldfastCrypto

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
