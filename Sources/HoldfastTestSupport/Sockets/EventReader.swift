/// A streamed answer's frames, as they come.
public struct EventReader: Sendable {
    public let head: HTTPAnswer
    private var reader: HTTPReader
    private var buffer: [UInt8] = []
    private var ended = false

    /// Sends the request and waits for the head.
    public init(_ socket: RawSocket, _ request: [UInt8]) throws {
        socket.send(request)
        reader = HTTPReader(socket)
        guard let head = try reader.head() else { throw TestFailure("the connection ended without an answer") }
        guard head.headers["transfer-encoding"] == "chunked" else { throw TestFailure("the answer is not streamed: \(head)") }
        self.head = head
    }

    /// - Returns: the text of a frame without `data: ` and the empty line; nil at the end.
    public mutating func next() throws -> String? {
        while true {
            if let end = buffer.firstRange(of: Array("\n\n".utf8)) {
                let frame = String(decoding: buffer[..<end.lowerBound], as: UTF8.self)
                buffer.removeSubrange(..<end.upperBound)
                guard frame.hasPrefix("data: ") else { throw TestFailure("not a frame: \(frame)") }
                return String(frame.dropFirst(6))
            }
            if ended {
                guard buffer.isEmpty else { throw TestFailure("half a frame at the end: \(buffer.count) bytes") }
                return nil
            }
            if let chunk = try reader.chunk() { buffer += chunk } else { ended = true }
        }
    }

    public mutating func rest() throws -> [String] {
        var frames: [String] = []
        while let frame = try next() { frames.append(frame) }
        return frames
    }
}
