public import NIOCore

/// Lines of bytes that arrive in buffers, cut anywhere. A line in one buffer is a slice of it: nothing is copied.
public struct LineSplitter: Sendable {
    private var pending = ByteBuffer()
    /// Bytes of `pending` in which no line end was found.
    private var searched = 0
    private let limit: Int
    private let carriageReturns: Bool
    /// The last line ended in CR; an LF right after it belongs to it.
    private var swallowsLineFeed = false

    /// - Parameters:
    ///   - limit: the most bytes of one line.
    ///   - carriageReturns: whether CR and CRLF end a line as LF does.
    public init(limit: Int, carriageReturns: Bool = false) {
        self.limit = limit
        self.carriageReturns = carriageReturns
    }

    public mutating func append(_ buffer: ByteBuffer) {
        if pending.readableBytes == 0 {
            pending = buffer
        } else {
            pending.writeImmutableBuffer(buffer)
        }
    }

    /// - Returns: the next line without its end; nil when none is whole yet.
    /// - Throws: ``FrameTooLarge``.
    public mutating func next() throws -> ByteBuffer? {
        if swallowsLineFeed, let first = pending.readableBytesView.first {
            swallowsLineFeed = false
            if first == UInt8(ascii: "\n") { pending.moveReaderIndex(forwardBy: 1) }
        }
        let view = pending.readableBytesView
        let unsearched = view[(view.startIndex + searched)...]
        let end =
            carriageReturns
            ? unsearched.firstIndex { $0 == UInt8(ascii: "\n") || $0 == UInt8(ascii: "\r") }
            : unsearched.firstIndex(of: UInt8(ascii: "\n"))
        guard let end else {
            searched = view.count
            guard searched <= limit else { throw FrameTooLarge(limit: limit) }
            return nil
        }
        let length = end - view.startIndex
        guard length <= limit, let line = pending.readSlice(length: length), let ending = pending.readInteger(as: UInt8.self) else {
            throw FrameTooLarge(limit: limit)
        }
        swallowsLineFeed = ending == UInt8(ascii: "\r")
        searched = 0
        return line
    }

    /// What stands after the last line end.
    public mutating func rest() -> ByteBuffer? {
        searched = 0
        return pending.readableBytes == 0 ? nil : pending.readSlice(length: pending.readableBytes)
    }
}

/// The lines of an `application/x-ndjson` body, empty ones left out; a last line needs no end.
public struct JSONLines<Base: AsyncSequence & Sendable>: AsyncSequence, Sendable where Base.Element == ByteBuffer {
    let base: Base
    let limit: Int

    /// - Parameter limit: the most bytes of one line.
    public init(_ base: Base, limit: Int = 1 << 20) {
        self.base = base
        self.limit = limit
    }

    public func makeAsyncIterator() -> AsyncIterator { AsyncIterator(base: base.makeAsyncIterator(), lines: LineSplitter(limit: limit)) }

    public struct AsyncIterator: AsyncIteratorProtocol {
        var base: Base.AsyncIterator
        var lines: LineSplitter
        var ended = false

        /// - Throws: ``FrameTooLarge``; what the base throws.
        public mutating func next() async throws -> ByteBuffer? {
            while !ended {
                while let line = try lines.next() {
                    if line.readableBytes > 0 { return line }
                }
                if let buffer = try await base.next() {
                    lines.append(buffer)
                } else {
                    ended = true
                    return lines.rest()
                }
            }
            return nil
        }
    }
}
