public import HoldfastCrypto

/// A private key with the name its signatures carry (c2sp.org/signed-note, Ed25519).
public struct NoteSigner: Sendable {
    /// What verifies this signer's notes; its text may be given to anyone.
    public let verifierKey: NoteVerifierKey
    private let privateKey: Ed25519PrivateKey

    /// - Throws: ``HoldfastError`` `audit_broken` for a name that cannot name a key.
    public init(name: String, privateKey: Ed25519PrivateKey) throws {
        self.verifierKey = try NoteVerifierKey(name: name, publicKey: privateKey.publicKey)
        self.privateKey = privateKey
    }

    /// - Parameter text: a note's text, with its final newline.
    /// - Throws: `CryptoError` when libcrypto fails.
    func sign(_ text: String) throws -> SignedNote.Signature {
        SignedNote.Signature(name: verifierKey.name, keyID: verifierKey.keyID, bytes: try privateKey.sign(text.utf8))
    }
}
