import COpenSSL

/// Random bytes fit for keys, salts and tokens, from libcrypto's generator, which the kernel seeds.
public enum SecureRandom {
    /// - Throws: ``CryptoError`` when the generator could not be seeded; never weak bytes.
    public static func bytes(_ count: Int) throws(CryptoError) -> [UInt8] {
        guard let length = Int32(exactly: count), length >= 0 else {
            throw .libraryFailure(function: "RAND_bytes", reason: "\(count) bytes asked for")
        }
        var bytes = [UInt8](repeating: 0, count: count)
        guard RAND_bytes(&bytes, length) == 1 else { throw .fromLibrary("RAND_bytes") }
        return bytes
    }
}
