/// Reads a header front to back through a window, and never past the file's end or the header's limit.
struct GGUFCursor {
    /// `any`, so that the loops over a vocabulary are not generic code; it is called once for each window.
    private let source: any RandomAccessBytes
    private let fileSize: UInt64
    /// The first byte that must not be read. `position` never passes it.
    private let end: UInt64
    private let windowBytes: Int
    private var window: [UInt8] = []
    /// Never above `position`, which only grows.
    private var windowStart: UInt64 = 0
    private(set) var position: UInt64 = 0

    init(_ source: any RandomAccessBytes, limits: GGUFLimits) {
        self.source = source
        self.fileSize = source.size
        self.end = min(source.size, limits.headerBytes)
        self.windowBytes = limits.windowBytes
    }

    /// Checks that `count` more bytes may be read. Nothing is allocated for a count that was not checked here.
    /// - Parameter start: where the field stands that says so, when that is not here.
    func require(_ count: UInt64, for field: @autoclosure () -> String, at start: UInt64? = nil) throws {
        guard count > end - position else { return }
        let left = fileSize - position
        guard count <= left else {
            throw GGUFRefusal.error(
                field(), at: start ?? position, "needs \(count) bytes, and the file has \(left) left: it is cut off or the number is wrong")
        }
        throw GGUFRefusal.error(
            field(), at: start ?? position, "needs \(count) bytes and would pass the limit of \(end) bytes for a header")
    }

    /// A little-endian integer.
    mutating func integer<Value: FixedWidthInteger & UnsignedInteger>(
        _ field: @autoclosure () -> String, as type: Value.Type = Value.self
    ) throws -> Value {
        let count = Value.bitWidth / 8
        let start = try load(count, field())
        var value: Value = 0
        for index in 0..<count { value |= Value(truncatingIfNeeded: window[start + index]) << Value(8 * index) }
        return value
    }

    mutating func bytes(_ count: UInt64, _ field: @autoclosure () -> String) throws -> [UInt8] {
        try require(count, for: field())
        let length = Int(count)
        if length <= windowBytes {
            let start = try load(length, field())
            return Array(window[start..<start + length])
        }
        let bytes = try fetch(length, field())
        position += count
        return bytes
    }

    mutating func skip(_ count: UInt64, _ field: @autoclosure () -> String) throws {
        try require(count, for: field())
        position += count
    }

    /// The quick way over one of the hundred thousand strings of a vocabulary: steps over it when its length lies in the window and is allowed.
    /// - Returns: false, and nothing was read, when the careful way must find out why.
    mutating func skipString(limit: UInt64) -> Bool {
        let start = Int(position - windowStart)
        guard start <= window.count, window.count - start >= 8 else { return false }
        let length = window.withUnsafeBytes { UInt64(littleEndian: $0.loadUnaligned(fromByteOffset: start, as: UInt64.self)) }
        guard length <= limit, length <= end - position - 8 else { return false }
        position += 8 + length
        return true
    }

    /// Brings `count` bytes, at most a window, into the window and steps over them.
    /// - Returns: where in the window they start.
    private mutating func load(_ count: Int, _ field: @autoclosure () -> String) throws -> Int {
        try require(UInt64(count), for: field())
        if position + UInt64(count) > windowStart + UInt64(window.count) {
            window = try fetch(Int(min(end - position, UInt64(max(windowBytes, count)))), field())
            windowStart = position
        }
        defer { position += UInt64(count) }
        return Int(position - windowStart)
    }

    private func fetch(_ count: Int, _ field: @autoclosure () -> String) throws -> [UInt8] {
        let bytes = try source.read(at: position, count: count)
        guard bytes.count == count else {
            throw GGUFRefusal.error(field(), at: position, "could not be read: the file became shorter while it was read")
        }
        return bytes
    }
}
