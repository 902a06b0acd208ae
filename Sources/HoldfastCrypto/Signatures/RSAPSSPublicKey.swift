import COpenSSL

/// A public key for RSASSA-PSS (RFC 8017 §8.1) with SHA-256 as digest and in the mask.
public struct RSAPSSPublicKey: Hashable, Sendable {
    /// TUF (§4.2.2) wants 2048 at least; the upper end bounds what a signature may cost to check.
    public static let modulusBits = 2048...8192

    private let info: SubjectPublicKeyInfo

    /// - Parameter pem: a SubjectPublicKeyInfo, `-----BEGIN PUBLIC KEY-----`, of the algorithm rsaEncryption.
    /// - Throws: ``CryptoError/malformed(what:)`` for anything else, also for a modulus outside ``modulusBits``.
    public init(pem: String) throws(CryptoError) {
        let isRSA = { (key: OpaquePointer) -> Bool in
            EVP_PKEY_get_base_id(key) == Int32(NID_rsaEncryption) && Self.modulusBits.contains(Int(EVP_PKEY_get_bits(key)))
        }
        guard let info = SubjectPublicKeyInfo(pem: pem), info.withKey(isRSA) == true else {
            throw .malformed(what: "an RSA public key in PEM of \(Self.modulusBits.lowerBound) to \(Self.modulusBits.upperBound) bits")
        }
        self.info = info
    }

    /// The salt may have any length, as for securesystemslib, which signs with 32 bytes and once used the longest that fits.
    public func isValid(signature: some Collection<UInt8>, for message: some Collection<UInt8>) -> Bool {
        info.isValidSHA256(signature: signature, for: message) { parameters in
            EVP_PKEY_CTX_set_rsa_padding(parameters, RSA_PKCS1_PSS_PADDING) == 1
                && EVP_PKEY_CTX_set_rsa_pss_saltlen(parameters, RSA_PSS_SALTLEN_AUTO) == 1
        }
    }
}
