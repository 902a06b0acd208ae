import HoldfastCrypto

/// Text signed by one or more keys (c2sp.org/signed-note). Nothing in ``text`` may be believed before ``verify(keys:)``.
public struct SignedNote: Sendable {
    /// One signature line: `— <name> base64(key ID ‖ signature)`.
    public struct Signature: Hashable, Sendable {
        public let name: String
        public let keyID: UInt32
        /// What follows the four bytes of the key ID; at least one byte.
        public let bytes: [UInt8]

        public init(name: String, keyID: UInt32, bytes: [UInt8]) {
            self.name = name
            self.keyID = keyID
            self.bytes = bytes
        }
    }

    /// Signatures a note may have; the specification asks for 16 at least.
    public static let maximumSignatures = 64
    /// Bytes a note may have; 64 post-quantum signatures fit.
    public static let maximumByteCount = 1 << 20

    /// With its final newline, without the blank line that follows.
    public let text: String
    public let signatures: [Signature]

    /// Signs a text.
    /// - Throws: ``HoldfastError`` `audit_broken` for a text a note cannot carry or without signers; `CryptoError` when libcrypto fails.
    public init(text: String, signers: [NoteSigner]) throws {
        try self.init(text: text, signatures: signers.map { try $0.sign(text) })
    }

    init(text: String, signatures: [Signature]) throws {
        guard text.utf8.last == UInt8(ascii: "\n") else { throw Self.refuse("its text does not end with a newline") }
        guard !text.utf8.contains(where: { $0 < 0x20 && $0 != UInt8(ascii: "\n") }) else {
            throw Self.refuse("it has a control character")
        }
        guard (1...Self.maximumSignatures).contains(signatures.count) else {
            throw Self.refuse("it has \(signatures.count) signatures, not 1 to \(Self.maximumSignatures)")
        }
        for signature in signatures where !NoteKeyName.isValid(signature.name) || signature.bytes.isEmpty {
            throw Self.refuse("a signature has no proper name or is empty")
        }
        self.text = text
        self.signatures = signatures
        guard encoded.utf8.count <= Self.maximumByteCount else { throw Self.refuse("it is longer than \(Self.maximumByteCount) bytes") }
    }

    /// The same text with further signatures after the present ones, such as a witness's.
    /// - Throws: ``HoldfastError`` `audit_broken` when there are too many.
    public func adding(_ further: [Signature]) throws -> SignedNote {
        try SignedNote(text: text, signatures: signatures + further)
    }

    /// Checks the signatures of the keys given; those of other keys are ignored, as the specification demands.
    /// - Returns: the keys that signed, in the order of `keys`.
    /// - Throws: ``HoldfastError`` `audit_broken` when none of them did, or when a signature under one of them does not hold.
    public func verify(keys: [NoteVerifierKey]) throws -> [NoteVerifierKey] {
        var signed: Set<NoteVerifierKey> = []
        for signature in signatures {
            for key in keys where key.keyID == signature.keyID && NoteKeyName.same(key.name, signature.name) {
                guard key.publicKey.isValid(signature: signature.bytes, for: text.utf8) else {
                    throw Self.refuse("the signature of '\(key.name)' does not hold: the text or the signature was changed")
                }
                signed.insert(key)
            }
        }
        guard !signed.isEmpty else { throw Self.refuse("none of the keys known here has signed it") }
        return keys.filter { signed.contains($0) }
    }

    static func refuse(_ why: String) -> HoldfastError { .malformed("signed note", why) }
}
