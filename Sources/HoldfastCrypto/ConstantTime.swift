import COpenSSL

/// Comparisons whose duration does not depend on where two secrets differ.
public enum ConstantTime {
    /// Compares secrets such as tokens and HMACs. Only their length may show in the time taken.
    @inlinable
    public static func equal(_ first: some Collection<UInt8>, _ second: some Collection<UInt8>) -> Bool {
        first.withContiguousBytes { first in second.withContiguousBytes { second in equal(first, second) } }
    }

    @usableFromInline
    static func equal(_ first: UnsafeRawBufferPointer, _ second: UnsafeRawBufferPointer) -> Bool {
        guard first.count == second.count else { return false }
        guard let left = first.baseAddress, let right = second.baseAddress else { return true }
        return CRYPTO_memcmp(left, right, first.count) == 0
    }
}
