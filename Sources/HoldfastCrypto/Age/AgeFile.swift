import COpenSSL

/// Files in the format of age v1 ([c2sp.org/age](https://c2sp.org/age)), which `age --decrypt` opens. Holdfast only makes them: it never has
/// the private key.
public enum AgeFile {
    private static let chunkByteCount = 64 * 1024
    private static let fileKeyByteCount = 16
    private static let nonceByteCount = 16

    /// Bytes a file has more than what is in it, at most, for so many recipients: to know beforehand whether it fits.
    public static func overhead(of plaintextByteCount: Int, recipients: Int) -> Int {
        let header = 22 + recipients * (10 + 44 + 44) + 48
        return header + nonceByteCount + (plaintextByteCount / chunkByteCount + 1) * ChaCha20Poly1305.tagByteCount
    }

    /// - Parameter recipients: at least one; each of them can open the file.
    public static func encrypt(_ plaintext: some Collection<UInt8>, to recipients: [AgeRecipient]) throws(CryptoError) -> [UInt8] {
        try encrypt(plaintext, to: recipients, random: SecureRandom.bytes)
    }

    /// - Parameter random: asked for the file key, then for each recipient's ephemeral key, then for the nonce.
    static func encrypt(
        _ plaintext: some Collection<UInt8>, to recipients: [AgeRecipient], random: (Int) throws(CryptoError) -> [UInt8]
    ) throws(CryptoError) -> [UInt8] {
        guard !recipients.isEmpty else { throw .malformed(what: "an age file without a recipient") }
        let fileKey = SecretBytes(copying: try random(fileKeyByteCount))
        var file = Array("age-encryption.org/v1\n".utf8)
        for recipient in recipients { file += try stanza(fileKey, recipient, ephemeral: SecretBytes(copying: random(X25519.byteCount))) }
        file += "---".utf8
        let authentication = HKDFSHA256.deriveKey(from: fileKey, salt: [], info: "header")
        file += " \(base64(HMACSHA256.authenticate(key: authentication.bytes, file)))\n".utf8
        let nonce = try random(nonceByteCount)
        file += nonce
        return try file + payload(Array(plaintext), key: HKDFSHA256.deriveKey(from: fileKey, salt: nonce, info: "payload"))
    }

    /// The file key, wrapped for one recipient.
    private static func stanza(
        _ fileKey: SecretBytes, _ recipient: AgeRecipient, ephemeral: SecretBytes
    ) throws(CryptoError) -> [UInt8] {
        let share = try X25519.publicKey(of: ephemeral)
        let wrap = HKDFSHA256.deriveKey(
            from: try X25519.agree(ephemeral, with: recipient.publicKey), salt: share + recipient.publicKey,
            info: "age-encryption.org/v1/X25519")
        let nonce = [UInt8](repeating: 0, count: ChaCha20Poly1305.nonceByteCount)
        let body = try ChaCha20Poly1305.seal(fileKey.bytes, key: wrap, nonce: nonce)
        return Array("-> X25519 \(base64(share))\n\(base64(body))\n".utf8)
    }

    /// STREAM: chunks of 64 KiB, each sealed under its number and a mark on the last.
    private static func payload(_ plaintext: [UInt8], key: SecretBytes) throws(CryptoError) -> [UInt8] {
        var sealed: [UInt8] = []
        sealed.reserveCapacity(plaintext.count + overhead(of: plaintext.count, recipients: 0))
        let chunks = max(1, (plaintext.count + chunkByteCount - 1) / chunkByteCount)
        for number in 0..<chunks {
            var nonce = [UInt8](repeating: 0, count: ChaCha20Poly1305.nonceByteCount)
            for byte in 0..<8 { nonce[10 - byte] = UInt8(truncatingIfNeeded: number >> (8 * byte)) }
            nonce[11] = number == chunks - 1 ? 1 : 0
            let range = number * chunkByteCount..<min(plaintext.count, (number + 1) * chunkByteCount)
            let chunk = SecretBytes(copying: plaintext[range])
            sealed += try ChaCha20Poly1305.seal(chunk.bytes, key: key, nonce: nonce)
        }
        return sealed
    }

    /// RFC 4648 without padding.
    private static func base64(_ bytes: [UInt8]) -> String {
        var text = [UInt8](repeating: 0, count: (bytes.count + 2) / 3 * 4 + 1)
        EVP_EncodeBlock(&text, bytes, Int32(bytes.count))
        return String(decoding: text.prefix { $0 != 0 && $0 != UInt8(ascii: "=") }, as: UTF8.self)
    }
}
