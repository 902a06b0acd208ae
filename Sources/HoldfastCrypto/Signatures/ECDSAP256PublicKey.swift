import COpenSSL

/// A public key for ECDSA on NIST's P-256 with SHA-256 (FIPS 186-5 §6).
public struct ECDSAP256PublicKey: Hashable, Sendable {
    private let info: SubjectPublicKeyInfo

    /// - Parameter pem: a SubjectPublicKeyInfo, `-----BEGIN PUBLIC KEY-----`.
    /// - Throws: ``CryptoError/malformed(what:)`` for anything else, also for a key of another curve or kind.
    public init(pem: String) throws(CryptoError) {
        let isP256 = { (key: OpaquePointer) -> Bool in
            guard EVP_PKEY_get_base_id(key) == Int32(NID_X9_62_id_ecPublicKey) else { return false }
            var name = [CChar](repeating: 0, count: 64)
            guard EVP_PKEY_get_group_name(key, &name, name.count, nil) == 1 else { return false }
            return name.prefix { $0 != 0 }.elementsEqual(SN_X9_62_prime256v1.utf8CString.dropLast())
        }
        guard let info = SubjectPublicKeyInfo(pem: pem), info.withKey(isP256) == true else {
            throw .malformed(what: "a P-256 public key in PEM")
        }
        self.info = info
    }

    /// - Parameter signature: the two numbers in DER (RFC 3279 §2.2.3).
    public func isValid(signature: some Collection<UInt8>, for message: some Collection<UInt8>) -> Bool {
        info.isValidSHA256(signature: signature, for: message)
    }
}
