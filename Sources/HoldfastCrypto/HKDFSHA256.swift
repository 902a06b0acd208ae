/// HKDF with SHA-256 (RFC 5869) for keys of one block.
enum HKDFSHA256 {
    /// - Parameter salt: empty for none, which the standard takes for 32 zeros.
    /// - Returns: 32 bytes.
    static func deriveKey(from secret: SecretBytes, salt: [UInt8], info: String) -> SecretBytes {
        let pseudorandom = HMACSHA256.authenticate(key: salt, secret.bytes)
        return SecretBytes(copying: HMACSHA256.authenticate(key: pseudorandom, Array(info.utf8) + [1]))
    }
}
