/// HMAC-SHA-256 (RFC 2104) of a message at hand.
public enum HMACSHA256 {
    /// - Returns: 32 bytes. Compare with ``ConstantTime``.
    @inlinable
    public static func authenticate(key: some Collection<UInt8>, _ message: some Collection<UInt8>) -> [UInt8] {
        var hasher = HMACSHA256Hasher(key: key)
        hasher.update(message)
        return hasher.finalize()
    }
}

/// HMAC-SHA-256 (RFC 2104) of a message that arrives in pieces, such as a streamed answer.
///
/// A value, as ``SHA256Hasher`` is; libcrypto's own HMAC objects would need a heap allocation and an error path for each of the several
/// HMACs of one request.
public struct HMACSHA256Hasher: Sendable {
    private static let blockByteCount = 64
    private var inner = SHA256Hasher()
    private var outer = SHA256Hasher()

    public init(key: some Collection<UInt8>) {
        var block = key.count > Self.blockByteCount ? SHA256.hash(key) : Array(key)
        block += repeatElement(0, count: Self.blockByteCount - block.count)
        inner.update(block.map { $0 ^ 0x36 })
        outer.update(block.map { $0 ^ 0x5c })
    }

    public mutating func update(_ bytes: UnsafeRawBufferPointer) {
        inner.update(bytes)
    }

    @inlinable
    public mutating func update(_ bytes: some Collection<UInt8>) {
        bytes.withContiguousBytes { update($0) }
    }

    /// The code of everything so far; more may follow.
    /// - Returns: 32 bytes.
    public func finalize() -> [UInt8] {
        var outer = self.outer
        outer.update(inner.finalize())
        return outer.finalize()
    }
}
