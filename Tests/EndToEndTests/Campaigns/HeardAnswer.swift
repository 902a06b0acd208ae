import HoldfastTestSupport

/// What a client heard of one request, to its end.
struct HeardAnswer: Sendable {
    var status = 0
    var id = ""
    var retryAfter: String?
    /// By the answer's own usage; nil where it has none.
    var cachedTokens: Int64?
    var text = ""
    /// The last frame was `[DONE]`, or the whole answer came with 200.
    var isWhole = false
    /// OpenAI's error body: of the answer, or of its last frame.
    var error: JSONValue?
    /// What must not be: a connection that ended in the middle, frames after the end, bytes that are no frames.
    var fault: String?

    var code: String? { error?["code"].string }

    /// Asks and listens. With `hangUpAfter`, goes after so many frames.
    /// - Parameter patience: seconds for each piece of the answer.
    static func of(
        _ socket: String, _ body: JSONValue, path: String = "/v1/chat/completions", hangUpAfter: Int? = nil, patience: Int = 120
    ) async throws -> HeardAnswer {
        try await blocking {
            var heard = HeardAnswer()
            do {
                try heard.listen(
                    RawSocket(socket, timeoutSeconds: patience), HTTPCall.bytes("POST", path, body: Array(body.text.utf8)), hangUpAfter)
            } catch {
                heard.fault = "\(error)"
            }
            return heard
        }
    }

    private mutating func listen(_ socket: RawSocket, _ request: [UInt8], _ hangUpAfter: Int?) throws {
        socket.send(request)
        var reader = HTTPReader(socket)
        guard let head = try reader.head() else { throw TestFailure("the connection ended without an answer") }
        (status, id, retryAfter) = (head.status, head.requestID, head.headers["retry-after"])
        if head.headers["transfer-encoding"] != "chunked" {
            let body = try JSONValue(parsing: try reader.body(of: head))
            error = body["error"].isNull ? nil : body["error"]
            text = body["choices"][0]["message"]["content"].string ?? body["choices"][0]["text"].string ?? ""
            cachedTokens = body["usage"]["prompt_tokens_details"]["cached_tokens"].integer
            isWhole = status == 200
            return
        }
        var bytes: [UInt8] = []
        var frames = 0
        while let piece = try reader.chunk() {
            bytes += piece
            while let end = bytes.firstRange(of: Array("\n\n".utf8)) {
                try take(Array(bytes[..<end.lowerBound]))
                bytes.removeSubrange(..<end.upperBound)
                frames += 1
                if let hangUpAfter, frames >= hangUpAfter { return }
            }
        }
        if !bytes.isEmpty { throw TestFailure("half a frame: \(bytes.count) bytes") }
        if !isWhole, error == nil { throw TestFailure("the stream ended without an end or an error") }
    }

    private mutating func take(_ frame: [UInt8]) throws {
        guard !isWhole, error == nil else { throw TestFailure("a frame after the last") }
        guard let frame = String(validating: frame, as: UTF8.self), frame.hasPrefix("data: ") else { throw TestFailure("not a frame") }
        if frame == "data: [DONE]" {
            isWhole = true
            return
        }
        let value = try JSONValue(parsing: String(frame.dropFirst(6)))
        if !value["error"].isNull { error = value["error"] }
        let choice = value["choices"][0]
        text += choice["delta"]["content"].string ?? choice["text"].string ?? ""
    }
}
