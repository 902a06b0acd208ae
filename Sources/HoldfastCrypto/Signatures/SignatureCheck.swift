import COpenSSL

/// One call of libcrypto's for every kind of signature.
enum SignatureCheck {
    /// Whether `signature` is `key`'s for `message`. Anything malformed is simply not valid.
    /// - Parameters:
    ///   - digest: nil for an algorithm that hashes by itself.
    ///   - prepare: sets what the algorithm needs; false when it cannot.
    static func isValid(
        _ signature: some Collection<UInt8>, of key: OpaquePointer, for message: some Collection<UInt8>, digest: OpaquePointer?,
        prepare: (OpaquePointer?) -> Bool = { _ in true }
    ) -> Bool {
        // A refused signature leaves an entry in this thread's error queue, which must not be taken for another call's reason.
        defer { ERR_clear_error() }
        guard let context = EVP_MD_CTX_new() else { return false }
        defer { EVP_MD_CTX_free(context) }
        var parameters: OpaquePointer?
        guard EVP_DigestVerifyInit(context, &parameters, digest, nil, key) == 1, prepare(parameters) else { return false }
        let verdict = signature.withContiguousBytes { signature in
            message.withContiguousBytes { message in
                EVP_DigestVerify(
                    context, signature.baseAddress?.assumingMemoryBound(to: UInt8.self), signature.count,
                    message.baseAddress?.assumingMemoryBound(to: UInt8.self), message.count)
            }
        }
        return verdict == 1
    }
}
