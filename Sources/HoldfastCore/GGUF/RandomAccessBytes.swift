/// A file of known size that can be read anywhere. HoldfastStore implements it with `pread`; HoldfastCore itself does no I/O.
public protocol RandomAccessBytes: Sendable {
    /// The size in bytes, taken once, when the file was opened.
    var size: UInt64 { get }

    /// Reads `count` bytes from `offset` on.
    /// - Returns: exactly `count` bytes, or fewer when the file ends before.
    /// - Throws: whatever reading throws; the caller hands it on as it came.
    func read(at offset: UInt64, count: Int) throws -> [UInt8]
}
