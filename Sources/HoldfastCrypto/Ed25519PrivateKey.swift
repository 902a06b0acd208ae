import COpenSSL

/// An Ed25519 private key (RFC 8032), kept as its 32-byte seed; the seed is overwritten when the last copy goes.
public struct Ed25519PrivateKey: Sendable {
    public static let seedByteCount = 32

    private let secret: SecretBytes
    public let publicKey: Ed25519PublicKey

    /// A new random key.
    public init() throws(CryptoError) {
        try self.init(seed: SecureRandom.bytes(Self.seedByteCount))
    }

    /// The key with this seed (RFC 8032 §5.1.5), 32 bytes.
    public init(seed: some Collection<UInt8>) throws(CryptoError) {
        guard seed.count == Self.seedByteCount else {
            throw .wrongLength(what: "an Ed25519 seed", expected: Self.seedByteCount, got: seed.count)
        }
        secret = SecretBytes(copying: seed)
        let key = try Self.libraryKey(secret)
        defer { EVP_PKEY_free(key) }
        var bytes = [UInt8](repeating: 0, count: Ed25519PublicKey.byteCount)
        var count = bytes.count
        guard EVP_PKEY_get_raw_public_key(key, &bytes, &count) == 1 else { throw .fromLibrary("EVP_PKEY_get_raw_public_key") }
        publicKey = try Ed25519PublicKey(bytes: bytes)
    }

    /// The 32 bytes to store, in a place as secret as the key.
    public var seed: [UInt8] { Array(secret.bytes) }

    /// - Returns: 64 bytes, the same for the same message.
    public func sign(_ message: some Collection<UInt8>) throws(CryptoError) -> [UInt8] {
        let key = try Self.libraryKey(secret)
        defer { EVP_PKEY_free(key) }
        guard let context = EVP_MD_CTX_new() else { throw .fromLibrary("EVP_MD_CTX_new") }
        defer { EVP_MD_CTX_free(context) }
        guard EVP_DigestSignInit(context, nil, nil, nil, key) == 1 else { throw .fromLibrary("EVP_DigestSignInit") }
        var signature = [UInt8](repeating: 0, count: Ed25519PublicKey.signatureByteCount)
        var count = signature.count
        let done = message.withContiguousBytes { message in
            EVP_DigestSign(context, &signature, &count, message.baseAddress?.assumingMemoryBound(to: UInt8.self), message.count)
        }
        guard done == 1, count == signature.count else { throw .fromLibrary("EVP_DigestSign") }
        return signature
    }

    private static func libraryKey(_ secret: SecretBytes) throws(CryptoError) -> OpaquePointer {
        let seed = secret.bytes
        let key = EVP_PKEY_new_raw_private_key(
            Ed25519.keyType, nil, seed.baseAddress?.assumingMemoryBound(to: UInt8.self), seed.count)
        guard let key else { throw .fromLibrary("EVP_PKEY_new_raw_private_key") }
        return key
    }
}
