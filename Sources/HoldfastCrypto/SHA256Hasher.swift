import COpenSSL

/// SHA-256 of bytes that arrive in pieces.
///
/// A value without a heap allocation: a copy is an independent state, so a running digest can be read at any time.
/// It stands on libcrypto's `SHA256_Update`: the same assembly as EVP and `openssl dgst`, and it cannot fail. On a 65-byte Merkle node it
/// takes 100 ns, an EVP context with a cached `EVP_MD` 120 ns, the one-shot `SHA256()`, which fetches its algorithm each time, 290 ns.
public struct SHA256Hasher: Sendable {
    private var state = SHA256_CTX()

    public init() {
        SHA256_Init(&state)
    }

    public mutating func update(_ bytes: UnsafeRawBufferPointer) {
        guard let start = bytes.baseAddress, !bytes.isEmpty else { return }
        SHA256_Update(&state, start, bytes.count)
    }

    @inlinable
    public mutating func update(_ bytes: some Collection<UInt8>) {
        bytes.withContiguousBytes { update($0) }
    }

    /// The digest of everything so far; more may follow.
    /// - Returns: 32 bytes.
    public func finalize() -> [UInt8] {
        [UInt8](unsafeUninitializedCapacity: SHA256.byteCount) { buffer, count in
            var state = self.state
            SHA256_Final(buffer.baseAddress, &state)
            count = SHA256.byteCount
        }
    }

    /// The digest of everything so far, into memory of the caller's.
    /// - Parameter digest: exactly 32 bytes.
    public func finalize(into digest: UnsafeMutableRawBufferPointer) {
        precondition(digest.count == SHA256.byteCount, "a SHA-256 digest is 32 bytes")
        var state = self.state
        SHA256_Final(digest.baseAddress?.assumingMemoryBound(to: UInt8.self), &state)
    }
}
