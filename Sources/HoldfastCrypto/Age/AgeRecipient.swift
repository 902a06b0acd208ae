/// Somebody to whom a file can be encrypted: an X25519 public key as the `age` tool writes it, `age1…`
/// ([c2sp.org/age](https://c2sp.org/age), "The X25519 recipient type").
public struct AgeRecipient: Hashable, Sendable {
    /// 32 bytes.
    let publicKey: [UInt8]
    /// `age1…`, in lower case.
    public let text: String

    /// - Throws: ``CryptoError/malformed(what:)`` for what is no such key, also for one that would share the same secret with everybody.
    public init(parsing text: String) throws(CryptoError) {
        guard let bytes = Bech32.decode(text, prefix: "age"), bytes.count == X25519.byteCount else {
            throw .malformed(what: "an age recipient (age1…)")
        }
        do {
            _ = try X25519.agree(SecretBytes(copying: SecureRandom.bytes(X25519.byteCount)), with: bytes)
        } catch {
            throw .malformed(what: "an age recipient (age1…)")
        }
        self.init(publicKey: bytes, text: text.lowercased())
    }

    init(publicKey: [UInt8], text: String) {
        self.publicKey = publicKey
        self.text = text
    }
}
