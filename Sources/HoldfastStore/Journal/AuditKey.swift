import Glibc
import HoldfastCore
import HoldfastCrypto

/// The node's signing key, and the log's name that is made from it.
enum AuditKey {
    /// `holdfast.local/node/` and 16 hexadecimal digits of the public key's SHA-256.
    static func origin(_ key: Ed25519PublicKey) -> String {
        "holdfast.local/node/" + Hex.encode(SHA256.hash(key.bytes).prefix(8))
    }

    /// Reads STATE/keys/audit.ed25519, a raw seed.
    /// - Parameter storedOrigin: the name the database knows; nil at the first start, when a missing key is made.
    /// - Throws: ``HoldfastError`` `audit_unavailable` when the key is gone, unreadable or another one.
    static func load(_ directory: StateDirectory, storedOrigin: String?) throws -> NoteSigner {
        let seed: [UInt8]
        if let stored = try SmallFile.read(directory.signingKey) {
            seed = stored
        } else if storedOrigin == nil {
            seed = try Ed25519PrivateKey().seed
            try SmallFile.replace(directory.signingKey, with: seed, mode: 0o600)
        } else {
            throw refusal("is gone", directory)
        }
        guard let key = try? Ed25519PrivateKey(seed: seed) else { throw refusal("is not a raw Ed25519 seed of 32 bytes", directory) }
        let name = origin(key.publicKey)
        guard storedOrigin == nil || storedOrigin == name else { throw refusal("is another node's key", directory) }
        let signer = try NoteSigner(name: name, privateKey: key)
        let text = Array((signer.verifierKey.text + "\n").utf8)
        if try SmallFile.read(directory.verifierKey) != text { try SmallFile.replace(directory.verifierKey, with: text, mode: 0o644) }
        return signer
    }

    private static func refusal(_ why: String, _ directory: StateDirectory) -> HoldfastError {
        HoldfastError(
            .auditUnavailable, "The audit log cannot be signed: \(directory.signingKey) \(why).",
            hint: "restore the file from a backup; records that are there can still be checked with holdfast audit verify --state DIR")
    }
}
