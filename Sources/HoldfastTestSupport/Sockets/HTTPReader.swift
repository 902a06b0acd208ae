/// An HTTP answer as it came.
public struct HTTPAnswer: Sendable {
    public var status: Int
    /// Names in lower case.
    public var headers: [String: String]
    public var body: [UInt8]

    public var requestID: String { headers["x-request-id"] ?? "" }
    public var text: String { String(decoding: body, as: UTF8.self) }
    public var json: JSONValue { get throws { try JSONValue(parsing: body) } }
    /// The error's code, in both surfaces' shapes.
    public var code: String? { (try? json)?["error"]["code"].string }
}

/// Reads answers from a connection, one after the other, as simply as can be: a second opinion on what the server writes.
public struct HTTPReader: Sendable {
    public let socket: RawSocket
    private var buffer: [UInt8] = []
    private var isChunked = false

    public init(_ socket: RawSocket) { self.socket = socket }

    /// - Returns: nil when the connection ended before an answer began.
    public mutating func next() throws -> HTTPAnswer? {
        guard var answer = try head() else { return nil }
        answer.body = try body(of: answer)
        return answer
    }

    /// To be read once, after ``head()``.
    public mutating func body(of head: HTTPAnswer) throws -> [UInt8] {
        var body: [UInt8] = []
        // RFC 9112 §6.3: these have no body, whatever their headers say.
        if [204, 304].contains(head.status) { return body }
        if isChunked {
            while let piece = try chunk() { body += piece }
        } else if let length = head.headers["content-length"].flatMap(Int.init) {
            body = try take(length)
        } else {
            while true {
                let more = try socket.receive()
                if more.isEmpty { break }
                buffer += more
            }
            swap(&body, &buffer)
        }
        return body
    }

    /// The status line and headers only; then ``chunk()`` reads a streamed body.
    public mutating func head() throws -> HTTPAnswer? {
        guard let first = try line() else { return nil }
        let words = first.split(separator: " ")
        guard words.count >= 2, words[0] == "HTTP/1.1", let status = Int(words[1]) else { throw TestFailure("not an answer: \(first)") }
        var answer = HTTPAnswer(status: status, headers: [:], body: [])
        while let line = try line(), !line.isEmpty {
            guard let colon = line.firstIndex(of: ":") else { throw TestFailure("not a header: \(line)") }
            answer.headers[line[..<colon].lowercased()] = String(line[line.index(after: colon)...].drop { $0 == " " })
        }
        isChunked = answer.headers["transfer-encoding"]?.lowercased() == "chunked"
        return answer
    }

    /// - Returns: nil after the last chunk.
    /// - Throws: ``TestFailure`` when the connection ends before that.
    public mutating func chunk() throws -> [UInt8]? {
        guard let size = try line().flatMap({ Int($0, radix: 16) }) else { throw TestFailure("the body was cut off") }
        let data = try take(size)
        _ = try take(2)
        return size == 0 ? nil : data
    }

    private mutating func line() throws -> String? {
        while true {
            if let end = buffer.firstIndex(of: UInt8(ascii: "\n")) {
                let line = buffer[..<end].filter { $0 != UInt8(ascii: "\r") }
                buffer.removeSubrange(...end)
                return String(decoding: line, as: UTF8.self)
            }
            let more = try socket.receive()
            if more.isEmpty { return nil }
            buffer += more
        }
    }

    private mutating func take(_ count: Int) throws -> [UInt8] {
        while buffer.count < count {
            let more = try socket.receive()
            guard !more.isEmpty else { throw TestFailure("the body was cut off after \(buffer.count) of \(count) bytes") }
            buffer += more
        }
        defer { buffer.removeFirst(count) }
        return Array(buffer[..<count])
    }
}
