import COpenSSL

/// SHA-512 (FIPS 180-4) of bytes that arrive in pieces; see ``SHA256Hasher`` for why it stands on these functions.
public struct SHA512Hasher: Sendable {
    /// Bytes in a digest.
    public static let byteCount = 64

    private var state = SHA512_CTX()

    public init() {
        SHA512_Init(&state)
    }

    public mutating func update(_ bytes: some Collection<UInt8>) {
        bytes.withContiguousBytes { bytes in
            guard let start = bytes.baseAddress, !bytes.isEmpty else { return }
            SHA512_Update(&state, start, bytes.count)
        }
    }

    /// The digest of everything so far; more may follow.
    /// - Returns: 64 bytes.
    public func finalize() -> [UInt8] {
        [UInt8](unsafeUninitializedCapacity: Self.byteCount) { buffer, count in
            var state = self.state
            SHA512_Final(buffer.baseAddress, &state)
            count = Self.byteCount
        }
    }
}
