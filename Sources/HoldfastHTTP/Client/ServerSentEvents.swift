public import NIOCore

/// One event of a `text/event-stream` (WHATWG HTML §9.2).
public struct ServerSentEvent: Sendable, Equatable {
    /// The `event` field; nil where there is none.
    public var name: String?
    /// The `data` lines, joined by line feeds. Not yet held to be UTF-8.
    public var data: ByteBuffer
}

/// The events of a `text/event-stream` that arrives in buffers, cut anywhere.
///
/// Lines end in LF, CRLF or CR. Comments, `id`, `retry` and unknown fields are passed over, and so is a last event without the empty line
/// that ends it: whoever needs to know that nothing is missing looks for its protocol's own end.
public struct ServerSentEvents<Base: AsyncSequence & Sendable>: AsyncSequence, Sendable where Base.Element == ByteBuffer {
    let base: Base
    let limit: Int

    /// - Parameter limit: the most bytes one event may take, with its field names.
    public init(_ base: Base, limit: Int = 1 << 20) {
        self.base = base
        self.limit = limit
    }

    public func makeAsyncIterator() -> AsyncIterator { AsyncIterator(base: base.makeAsyncIterator(), parser: EventParser(limit: limit)) }

    public struct AsyncIterator: AsyncIteratorProtocol {
        var base: Base.AsyncIterator
        var parser: EventParser

        /// - Throws: ``FrameTooLarge``; what the base throws.
        public mutating func next() async throws -> ServerSentEvent? {
            while true {
                if let event = try parser.next() { return event }
                guard let buffer = try await base.next() else { return nil }
                parser.append(buffer)
            }
        }
    }
}

/// An event or a line grew past its limit; the stream cannot be followed any further.
public struct FrameTooLarge: Error, Equatable {
    public let limit: Int
}

/// The parser behind ``ServerSentEvents``, for bytes at hand.
public struct EventParser: Sendable {
    private var lines: LineSplitter
    private let limit: Int
    private var name: String?
    private var data: ByteBuffer?
    private var size = 0
    private var atStart = true

    public init(limit: Int = 1 << 20) {
        self.limit = limit
        self.lines = LineSplitter(limit: limit, carriageReturns: true)
    }

    public mutating func append(_ buffer: ByteBuffer) { lines.append(buffer) }

    /// - Returns: nil when the bytes so far hold no further event.
    /// - Throws: ``FrameTooLarge``.
    public mutating func next() throws -> ServerSentEvent? {
        while var line = try lines.next() {
            if atStart {
                atStart = false
                if line.readableBytesView.starts(with: [0xEF, 0xBB, 0xBF]) { line.moveReaderIndex(forwardBy: 3) }
            }
            size += line.readableBytes
            guard size <= limit else { throw FrameTooLarge(limit: limit) }
            if line.readableBytes > 0 {
                field(line)
                continue
            }
            defer { (name, data, size) = (nil, nil, 0) }
            if let data { return ServerSentEvent(name: name, data: data) }
        }
        return nil
    }

    private mutating func field(_ line: ByteBuffer) {
        let view = line.readableBytesView
        let end = view.firstIndex(of: UInt8(ascii: ":")) ?? view.endIndex
        let key = view[..<end]
        var start = end
        if start < view.endIndex { start += 1 }
        if start < view.endIndex, view[start] == UInt8(ascii: " ") { start += 1 }
        if key.elementsEqual("data".utf8) {
            let value = ByteBuffer(view[start...])
            if var joined = data {
                joined.writeInteger(UInt8(ascii: "\n"))
                joined.writeImmutableBuffer(value)
                data = joined
            } else {
                data = value
            }
        } else if key.elementsEqual("event".utf8) {
            name = String(decoding: view[start...], as: UTF8.self)
        }
    }
}
