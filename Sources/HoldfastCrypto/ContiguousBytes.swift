extension Collection where Element == UInt8 {
    /// Shows the bytes in one piece: in place where the collection stores them so, else through a copy.
    @inlinable
    func withContiguousBytes<Result>(_ body: (UnsafeRawBufferPointer) -> Result) -> Result {
        if let result = withContiguousStorageIfAvailable({ body(UnsafeRawBufferPointer($0)) }) { return result }
        return Array(self).withUnsafeBytes(body)
    }
}
