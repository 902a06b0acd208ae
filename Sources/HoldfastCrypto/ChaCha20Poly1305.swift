import COpenSSL

/// ChaCha20-Poly1305 (RFC 8439), sealing only: nothing on a node opens what it sealed.
enum ChaCha20Poly1305 {
    static let keyByteCount = 32
    static let nonceByteCount = 12
    static let tagByteCount = 16

    /// - Parameters:
    ///   - key: 32 bytes.
    ///   - nonce: 12 bytes, never twice with one key.
    /// - Returns: the ciphertext and its tag; no additional data.
    static func seal(_ plaintext: UnsafeRawBufferPointer, key: SecretBytes, nonce: [UInt8]) throws(CryptoError) -> [UInt8] {
        guard nonce.count == nonceByteCount else { throw .wrongLength(what: "a nonce", expected: nonceByteCount, got: nonce.count) }
        guard let length = Int32(exactly: plaintext.count) else {
            throw .libraryFailure(function: "EVP_EncryptUpdate", reason: "\(plaintext.count) bytes at once")
        }
        guard let context = EVP_CIPHER_CTX_new() else { throw .fromLibrary("EVP_CIPHER_CTX_new") }
        defer { EVP_CIPHER_CTX_free(context) }
        let keyBytes = key.bytes.baseAddress?.assumingMemoryBound(to: UInt8.self)
        guard EVP_EncryptInit_ex(context, EVP_chacha20_poly1305(), nil, keyBytes, nonce) == 1 else {
            throw .fromLibrary("EVP_EncryptInit_ex")
        }
        var sealed = [UInt8](repeating: 0, count: plaintext.count + tagByteCount)
        var (written, rest): (Int32, Int32) = (0, 0)
        let done = sealed.withUnsafeMutableBufferPointer { sealed in
            (length == 0
                || EVP_EncryptUpdate(
                    context, sealed.baseAddress, &written, plaintext.baseAddress?.assumingMemoryBound(to: UInt8.self), length) == 1)
                && EVP_EncryptFinal_ex(context, sealed.baseAddress.map { $0 + Int(written) }, &rest) == 1
                && EVP_CIPHER_CTX_ctrl(
                    context, EVP_CTRL_AEAD_GET_TAG, Int32(tagByteCount), sealed.baseAddress.map { $0 + plaintext.count }) == 1
        }
        guard done, Int(written + rest) == plaintext.count else { throw .fromLibrary("EVP_EncryptUpdate") }
        return sealed
    }
}
