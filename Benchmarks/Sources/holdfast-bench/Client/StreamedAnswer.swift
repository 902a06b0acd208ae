import Glibc

/// One streamed chat answer, timed. A connection of its own, opened within the time.
struct StreamedAnswer: Sendable {
    /// From before the connect to the first frame with text, and to the last byte.
    var firstToken: Double = 0
    var total: Double = 0
    var frames = 0
    var completionTokens = 0
    var endedByLength = false

    init(socket: String, body: String) throws {
        let start = Clock.seconds
        let connection = try HTTPConnection(path: socket)
        try connection.send("POST", "/v1/chat/completions", body: body)
        let head = try connection.readHead()
        var line: [UInt8] = []
        line.reserveCapacity(4096)
        var firstText: Double?
        var usage: [UInt8] = []
        try connection.readBody(head) { bytes in
            for byte in bytes {
                guard byte == 10 else {
                    line.append(byte)
                    continue
                }
                if line.starts(with: Array("data: ".utf8)) {
                    frames += 1
                    if firstText == nil, Self.hasText(line) { firstText = Clock.seconds }
                    if Self.find("\"completion_tokens\":", in: line) != nil { usage = line }
                    if Self.find("\"finish_reason\":\"length\"", in: line) != nil { endedByLength = true }
                }
                line.removeAll(keepingCapacity: true)
            }
        }
        total = Clock.seconds - start
        guard head.status == 200, let firstText, let at = Self.find("\"completion_tokens\":", in: usage) else {
            throw BenchError("\(socket) answered \(head.status) without text or usage: \(String(decoding: line, as: UTF8.self))")
        }
        firstToken = firstText - start
        completionTokens = Int(String(decoding: usage[at...].prefix { (48...57).contains($0) }, as: UTF8.self)) ?? 0
    }

    /// The role's frame has `"content":""` or null.
    private static func hasText(_ line: [UInt8]) -> Bool {
        guard let at = find("\"content\":\"", in: line), at < line.count else { return false }
        return line[at] != UInt8(ascii: "\"")
    }

    /// - Returns: the index after `text`.
    private static func find(_ text: StaticString, in line: [UInt8]) -> Int? {
        let count = text.utf8CodeUnitCount
        guard line.count >= count else { return nil }
        return line.withUnsafeBytes { memory in
            guard let start = memory.baseAddress else { return nil }
            return (0...line.count - count).first { memcmp(start + $0, text.utf8Start, count) == 0 }.map { $0 + count }
        }
    }
}
