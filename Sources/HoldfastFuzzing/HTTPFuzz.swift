import Glibc
import HoldfastTestSupport

/// Requests against a node that runs: the whole way, from the parser of HTTP through identity, policy and audit to the handlers.
///
/// An input that begins with a zero byte goes to the node as it is. Any other is a request line without its version, lines of headers, an
/// empty line and a body; what HTTP needs beside that is added, so that most inputs get past the first parser.
public struct HTTPFuzz: Sendable {
    public static let name = "http"
    public static let maximumBytes = 4096
    private let api: String
    private let admin: String

    public init(api: String, admin: String) {
        self.api = api
        self.admin = admin
    }

    /// - Throws: ``BrokenPromise``; `TestFailure` when the node answers what is no HTTP, or nothing in time.
    public func check(_ input: [UInt8]) throws {
        if input.first == 0 { return try raw(Array(input.dropFirst())) }
        let blank = zip(input.indices, input.indices.dropFirst()).first { input[$0] == 10 && input[$1] == 10 }?.0 ?? input.count
        let lines = input[..<blank].split(separator: 10)
        let body = input.dropFirst(blank + 2)
        guard let line = lines.first else { return }
        let isAdmin = String(decoding: line, as: UTF8.self).contains("/holdfast")
        // Streams that never end, by their nature.
        guard !String(decoding: line, as: UTF8.self).contains("tail") else { return }
        var request = Array(line) + Array(" HTTP/1.1\r\nHost: fuzz\r\n".utf8)
        for header in lines.dropFirst() { request += header + [13, 10] }
        request += "Content-Length: \(body.count)\r\n\r\n".utf8
        let socket = try RawSocket(isAdmin ? admin : api, timeoutSeconds: 20)
        socket.send(request + body)
        try judge(socket, waits: !Self.changesFraming(input[..<blank]))
    }

    /// Whether the headers may make the node wait for more than was sent.
    private static func changesFraming(_ head: ArraySlice<UInt8>) -> Bool {
        let text = String(decoding: head, as: UTF8.self).lowercased()
        return ["length", "encoding", "expect", "upgrade"].contains { text.contains($0) }
            || head.contains { $0 < 32 && $0 != 10 || $0 > 126 }
    }

    private func raw(_ bytes: [UInt8]) throws {
        let socket = try RawSocket(api, timeoutSeconds: 20)
        socket.send(bytes)
        try judge(socket, waits: false)
    }

    /// - Parameter waits: the request is whole, so there is an answer or the end of the connection.
    private func judge(_ socket: RawSocket, waits: Bool) throws {
        if !waits {
            var entry = pollfd(fd: socket.descriptor, events: Int16(POLLIN), revents: 0)
            guard poll(&entry, 1, 20) > 0 else { return }
        }
        var reader = HTTPReader(socket)
        guard let answer = try reader.next() else { return }
        try require((200..<600).contains(answer.status), "status \(answer.status)")
        guard answer.status >= 400, let code = answer.code else {
            // What is refused before there is a request has no body: it was no HTTP.
            return try require(
                answer.status < 400 || answer.body.isEmpty && answer.status != 500, "\(answer.status) without a code: \(answer.text)")
        }
        try require(code != "internal_error" && answer.status != 500, "\(answer.status) \(answer.text)")
        try require(answer.requestID.count == 32, "an error without its request id: \(answer.text)")
    }

    /// Whether the node still serves.
    public func checkAlive() throws {
        var reader = HTTPReader(try RawSocket(api, timeoutSeconds: 20))
        reader.socket.send("GET /healthz HTTP/1.1\r\nHost: fuzz\r\n\r\n")
        try require(try reader.next()?.status == 200, "the node does not serve any more")
    }
}
