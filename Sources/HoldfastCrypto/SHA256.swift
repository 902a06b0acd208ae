/// SHA-256 (FIPS 180-4) of bytes at hand.
public enum SHA256 {
    /// Bytes in a digest.
    public static let byteCount = 32

    /// - Returns: 32 bytes.
    @inlinable
    public static func hash(_ bytes: some Collection<UInt8>) -> [UInt8] {
        var hasher = SHA256Hasher()
        hasher.update(bytes)
        return hasher.finalize()
    }

    /// - Returns: 32 bytes.
    public static func hash(_ bytes: UnsafeRawBufferPointer) -> [UInt8] {
        var hasher = SHA256Hasher()
        hasher.update(bytes)
        return hasher.finalize()
    }

    /// Hashes `prefix ‖ first ‖ second` into memory of the caller's, without an allocation: the leaf and node hash of a Merkle tree.
    /// - Parameter digest: exactly 32 bytes.
    public static func hash(
        prefix: UInt8, _ first: UnsafeRawBufferPointer, _ second: UnsafeRawBufferPointer = UnsafeRawBufferPointer(start: nil, count: 0),
        into digest: UnsafeMutableRawBufferPointer
    ) {
        var hasher = SHA256Hasher()
        withUnsafeBytes(of: prefix) { hasher.update($0) }
        hasher.update(first)
        hasher.update(second)
        hasher.finalize(into: digest)
    }
}
