import COpenSSL

/// A public key as an X.509 SubjectPublicKeyInfo in DER (RFC 5280 §4.1.2.7). Kept as bytes: an `EVP_PKEY` is made for each use, so there is
/// nothing to share between threads.
struct SubjectPublicKeyInfo: Hashable, Sendable {
    let der: [UInt8]

    /// - Parameter pem: with the label `PUBLIC KEY`.
    init?(pem: String) {
        guard let der = PEM.decode(pem, label: "PUBLIC KEY") else { return nil }
        self.der = der
    }

    /// - Returns: what `body` makes of the key; nil when the bytes are none that libcrypto knows, or more than one.
    func withKey<Result>(_ body: (OpaquePointer) -> Result) -> Result? {
        defer { ERR_clear_error() }
        let key = der.withUnsafeBufferPointer { der -> OpaquePointer? in
            guard let start = der.baseAddress else { return nil }
            var position: UnsafePointer<UInt8>? = start
            guard let key = d2i_PUBKEY(nil, &position, der.count) else { return nil }
            guard position == start + der.count else {
                EVP_PKEY_free(key)
                return nil
            }
            return key
        }
        guard let key else { return nil }
        defer { EVP_PKEY_free(key) }
        return body(key)
    }

    /// Whether `signature` is this key's for the SHA-256 of `message`. Anything malformed is simply not valid.
    /// - Parameter prepare: sets what the algorithm needs; false when it cannot.
    func isValidSHA256(
        signature: some Collection<UInt8>, for message: some Collection<UInt8>, prepare: (OpaquePointer?) -> Bool = { _ in true }
    ) -> Bool {
        withKey { key in
            SignatureCheck.isValid(signature, of: key, for: message, digest: EVP_sha256(), prepare: prepare)
        } ?? false
    }
}
