/// What is done to an engine, or to what it says.
public enum Fault: String, CaseIterable, Sendable {
    /// SIGKILL.
    case kill
    /// SIGSTOP: it is there and does nothing.
    case stop
    /// Late and right: byte by byte.
    case slow
    /// Nothing more comes, and the connection stays open.
    case silence
    /// The connection ends in the middle of what was at hand.
    case cut
    /// The answer ends as a whole one does, before it is whole.
    case shortened
    /// Bytes that mean nothing.
    case garbage
    /// One bit of what was at hand is another.
    case flipped
    /// More than anybody should take in.
    case oversized
    /// An error of the engine's own.
    case refused
    /// What cannot be: counts below zero or beyond any memory.
    case lie

    /// The process itself is hit, and with it whoever else it serves.
    public var hitsProcess: Bool { self == .kill || self == .stop }

    /// Bytes for a lie about a slot, a file, a prompt; the health of an engine that still loads; the usage of an answer.
    static func lies(inStream: Bool, pick: Int) -> [UInt8] {
        if inStream {
            let most = pick.isMultiple(of: 2) ? "9223372036854775807" : "-9223372036854775808"
            let frames = """
                data: {"choices":[{"finish_reason":"stop","index":0,"delta":{},"text":""}]}

                data: {"choices":[],"usage":{"completion_tokens":\(most),"prompt_tokens":\(most),"prompt_tokens_details":{"cached_tokens":\(most)}},"timings":{"prompt_ms":-1e300,"predicted_ms":1e300}}

                data: [DONE]


                """
            return chunk(Array(frames.utf8)) + Array("0\r\n\r\n".utf8)
        }
        let bodies = [
            #"{"status":"ok","id_slot":-1,"n_saved":9223372036854775807,"n_written":9223372036854775807,"n_restored":-9223372036854775808,"n_erased":-1,"tokens":[2147483647,-2147483648],"prompt":""}"#,
            #"[{"id":0,"is_processing":true},{"id":1,"is_processing":true},{"id":2,"is_processing":true},{"id":3,"is_processing":true}]"#,
            #"{"n_saved":1e400,"n_written":-1,"n_restored":0.5,"tokens":[9223372036854775808],"prompt":null}"#,
            "[]", "null",
        ]
        return whole("200 OK", Array(bodies[pick % bodies.count].utf8))
    }

    static func whole(_ status: String, _ body: [UInt8]) -> [UInt8] {
        Array("HTTP/1.1 \(status)\r\nContent-Type: application/json\r\nContent-Length: \(body.count)\r\n\r\n".utf8) + body
    }

    static func chunk(_ data: [UInt8]) -> [UInt8] { Array("\(String(data.count, radix: 16))\r\n".utf8) + data + Array("\r\n".utf8) }
}
