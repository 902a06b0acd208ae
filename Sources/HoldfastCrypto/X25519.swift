import COpenSSL

/// X25519 (RFC 7748): a secret two sides share, of one's private and the other's public key.
enum X25519 {
    static let byteCount = 32
    private static let keyType = Int32(NID_X25519)

    /// - Parameter privateKey: 32 bytes.
    static func publicKey(of privateKey: SecretBytes) throws(CryptoError) -> [UInt8] {
        let key = try libraryKey(privateKey)
        defer { EVP_PKEY_free(key) }
        var bytes = [UInt8](repeating: 0, count: byteCount)
        var count = bytes.count
        guard EVP_PKEY_get_raw_public_key(key, &bytes, &count) == 1, count == byteCount else {
            throw .fromLibrary("EVP_PKEY_get_raw_public_key")
        }
        return bytes
    }

    /// - Throws: ``CryptoError`` also for a public key of low order, with which every secret would be the same.
    static func agree(_ privateKey: SecretBytes, with publicKey: [UInt8]) throws(CryptoError) -> SecretBytes {
        let own = try libraryKey(privateKey)
        defer { EVP_PKEY_free(own) }
        guard let other = EVP_PKEY_new_raw_public_key(keyType, nil, publicKey, publicKey.count) else {
            throw .fromLibrary("EVP_PKEY_new_raw_public_key")
        }
        defer { EVP_PKEY_free(other) }
        guard let context = EVP_PKEY_CTX_new(own, nil) else { throw .fromLibrary("EVP_PKEY_CTX_new") }
        defer { EVP_PKEY_CTX_free(context) }
        var secret = [UInt8](repeating: 0, count: byteCount)
        defer { OPENSSL_cleanse(&secret, secret.count) }
        var count = secret.count
        guard EVP_PKEY_derive_init(context) == 1, EVP_PKEY_derive_set_peer(context, other) == 1,
            EVP_PKEY_derive(context, &secret, &count) == 1, count == byteCount
        else { throw .fromLibrary("EVP_PKEY_derive") }
        return SecretBytes(copying: secret)
    }

    private static func libraryKey(_ secret: SecretBytes) throws(CryptoError) -> OpaquePointer {
        let bytes = secret.bytes
        guard let key = EVP_PKEY_new_raw_private_key(keyType, nil, bytes.baseAddress?.assumingMemoryBound(to: UInt8.self), bytes.count)
        else { throw .fromLibrary("EVP_PKEY_new_raw_private_key") }
        return key
    }
}
