import COpenSSL

/// An Ed25519 public key (RFC 8032), kept as its 32 bytes: an `EVP_PKEY` is made for each verification, so there is nothing to share
/// between threads.
public struct Ed25519PublicKey: Hashable, Sendable {
    public static let byteCount = 32
    public static let signatureByteCount = 64

    /// The encoding of RFC 8032 §5.1.2, 32 bytes.
    public let bytes: [UInt8]

    /// - Throws: ``CryptoError/wrongLength(what:expected:got:)`` unless `bytes` are 32. A value that is no point of the curve is found out
    ///   by ``isValid(signature:for:)``, which then never holds.
    public init(bytes: some Collection<UInt8>) throws(CryptoError) {
        guard bytes.count == Self.byteCount else {
            throw .wrongLength(what: "an Ed25519 public key", expected: Self.byteCount, got: bytes.count)
        }
        self.bytes = Array(bytes)
    }

    /// Whether `signature` is this key's for `message`. Anything malformed is simply not valid.
    public func isValid(signature: some Collection<UInt8>, for message: some Collection<UInt8>) -> Bool {
        guard signature.count == Self.signatureByteCount else { return false }
        // A refused key leaves an entry in this thread's error queue, as a refused signature does.
        defer { ERR_clear_error() }
        guard let key = EVP_PKEY_new_raw_public_key(Ed25519.keyType, nil, bytes, bytes.count) else { return false }
        defer { EVP_PKEY_free(key) }
        return SignatureCheck.isValid(signature, of: key, for: message, digest: nil)
    }
}

enum Ed25519 {
    /// libcrypto's number of the algorithm: the macro `EVP_PKEY_ED25519`.
    static let keyType = Int32(NID_ED25519)
}
