import Foundation
import HoldfastTestSupport
import Testing

extension EndToEnd {
    /// Requests that are too large, cut off, slow or many: each is its sender's own trouble.
    @Suite struct HostileConnectionTests {
        private static func head(_ lines: String...) -> [UInt8] { Array((lines.joined(separator: "\r\n") + "\r\n\r\n").utf8) }

        @Test("A body over 8 MiB is a 413, with and without its length said before")
        func largeBody() async throws {
            try await TestNode.with { node in
                try await node.add("m")
                let declared = Self.head("POST /v1/chat/completions HTTP/1.1", "Host: x", "Content-Length: 8388609")
                #expect(try await blocking { try HTTPCall.answer(RawSocket(node.api), declared) }.status == 413)
                let chunked = try await blocking {
                    let socket = try RawSocket(node.api)
                    socket.send(Self.head("POST /v1/chat/completions HTTP/1.1", "Host: x", "Transfer-Encoding: chunked"))
                    let piece = Array("100000\r\n".utf8) + [UInt8](repeating: UInt8(ascii: " "), count: 1 << 20) + Array("\r\n".utf8)
                    for _ in 0..<9 where !socket.send(piece) { break }
                    var reader = HTTPReader(socket)
                    return try reader.next()
                }
                #expect(chunked?.status == 413 && chunked?.code == "request_too_large")
                let admin = Self.head("POST /holdfast/v1/models/m/aliases HTTP/1.1", "Host: x", "Content-Length: 99999999")
                #expect(try await blocking { try HTTPCall.answer(RawSocket(node.admin), admin) }.status == 413)
                #expect(try await node.get(node.api, "/healthz").status == 200)
            }
        }

        @Test("Headers beyond 32 KiB, too many, or malformed are refused, and the node serves on", arguments: ["api", "admin"])
        func headers(socket: String) async throws {
            try await TestNode.with { node in
                let path = socket == "api" ? node.api : node.admin
                let long = String(repeating: "a", count: 40_000)
                let cases: [(String, [UInt8])] = [
                    ("one long header", Self.head("GET /healthz HTTP/1.1", "Host: x", "X-Long: \(long)")),
                    ("many headers", Self.head("GET /healthz HTTP/1.1", (0..<200).map { "X-\($0): 1" }.joined(separator: "\r\n"))),
                    (
                        "headers of 40 KiB together",
                        Self.head("GET /healthz HTTP/1.1", (0..<50).map { "X-\($0): \(long.prefix(800))" }.joined(separator: "\r\n"))
                    ),
                    ("a long path", Self.head("GET /\(long)\(long) HTTP/1.1", "Host: x")),
                    ("not HTTP", Array("hello\r\n\r\n".utf8)), ("binary", [0x16, 3, 1, 0, 200, 1, 0, 0, 10, 10]),
                    ("two lengths", Self.head("POST /healthz HTTP/1.1", "Host: x", "Content-Length: 5", "Content-Length: 6")),
                    ("a negative length", Self.head("POST /healthz HTTP/1.1", "Host: x", "Content-Length: -5")),
                    ("a length that is none", Self.head("POST /healthz HTTP/1.1", "Host: x", "Content-Length: 1e3")),
                    ("a space in a name", Self.head("GET /healthz HTTP/1.1", "X Y: 1")),
                    ("HTTP/9.9", Self.head("GET /healthz HTTP/9.9", "Host: x")),
                ]
                for (name, request) in cases {
                    let answer = try await blocking { () -> HTTPAnswer? in
                        let socket = try RawSocket(path, timeoutSeconds: 20)
                        socket.send(request)
                        var reader = HTTPReader(socket)
                        return try reader.next()
                    }
                    // Refused with a 4xx, or the connection just ends; never carried out.
                    if let answer { #expect((400..<500).contains(answer.status), "\(name): \(answer.status) \(answer.text)") }
                    #expect(try await node.get(path, "/healthz").status == 200, "after \(name)")
                }
            }
        }

        @Test("A request that is only half sent holds up nobody, and idle connections are closed")
        func halfSent() async throws {
            try await TestNode.with({
                $0.scriptedEngine = true; $0.environment = ["HOLDFAST_SOCKETS_IDLE_SECONDS": "1"]
            }) { node in
                try await node.add("m")
                let halves: [[UInt8]] = [
                    [], Array("GET".utf8), Array("GET /healthz HTTP/1.1\r\nHo".utf8),
                    Self.head("POST /v1/chat/completions HTTP/1.1", "Host: x", "Content-Length: 500") + Array("{\"model\":".utf8),
                    Self.head("POST /v1/chat/completions HTTP/1.1", "Host: x", "Transfer-Encoding: chunked") + Array("ff\r\n{".utf8),
                ]
                var held: [RawSocket] = []
                for half in halves {
                    for _ in 0..<4 {
                        let socket = try RawSocket(node.api)
                        socket.send(half)
                        held.append(socket)
                    }
                }
                #expect(try await node.chat("m").status == 200)
                #expect(try await node.get(node.api, "/healthz").status == 200)
                for (index, socket) in held.enumerated() {
                    try await eventually("half a request is given up: \(index)") {
                        while !socket.isClosed, let more = try? Self.available(socket), !more.isEmpty {}
                        return socket.isClosed
                    }
                }
            }
        }

        @Test("A header sent a byte at a time is cut off by the idle limit or served, and holds up nobody")
        func slowLoris() async throws {
            try await TestNode.with({ $0.environment = ["HOLDFAST_SOCKETS_IDLE_SECONDS": "1"] }) { node in
                let sockets = try (0..<50).map { _ in try RawSocket(node.api) }
                for socket in sockets { socket.send("GET /healthz HTTP/1.1\r\n") }
                #expect(try await node.get(node.api, "/healthz").status == 200)
                try await eventually("all are closed") { sockets.allSatisfy(\.isClosed) }
                #expect(try await node.get(node.api, "/healthz").status == 200)
            }
        }

        @Test("A thousand idle connections do not keep a request from being served")
        func manyIdle() async throws {
            try await TestNode.with({ $0.scriptedEngine = true }) { node in
                try await node.add("m")
                let idle = try (0..<1000).map { _ in try RawSocket(node.api) }
                #expect(try await node.chat("m").status == 200)
                #expect(try await node.status()["limits"]["connections"].integer ?? 0 >= 1000)
                #expect(idle.allSatisfy { !$0.isClosed })
                withExtendedLifetime(idle) {}
            }
        }

        @Test("A uid has a bounded number of connections, and others are served beyond it", .enabled(if: OtherUser.canBecome, "needs root"))
        func perUID() async throws {
            try await TestNode.with({ $0.environment = ["HOLDFAST_SOCKETS_MAX_CONNECTIONS_PER_UID": "20"] }) { node in
                // Until one is refused, which may be the twentieth: a connection that asked whether the node is up may count a little longer.
                var held: [RawSocket] = []
                try await eventually("one more is refused") {
                    let extra = try RawSocket(node.api)
                    extra.send(HTTPCall.bytes("GET", "/healthz"))
                    let served = try await eventually("an answer, or a hang-up") { () -> Bool? in
                        if try !Self.available(extra).isEmpty { return true }
                        return extra.isClosed ? false : nil
                    }
                    if served { held.append(extra) }
                    return !served
                }
                #expect((19...20).contains(held.count))
                #expect(try await OtherUser().send("GET", node.api, "/healthz").status == 200, "another uid is served")
                withExtendedLifetime(held) {}
            }
        }

        @Test("Pipelined requests are answered in their order; the first error ends the connection")
        func pipelined() async throws {
            try await TestNode.with { node in
                try await node.add("m")
                let answers = try await blocking {
                    let socket = try RawSocket(node.api)
                    let one =
                        HTTPCall.bytes("GET", "/healthz") + HTTPCall.bytes("GET", "/v1/models/m") + HTTPCall.bytes("GET", "/v1/models")
                    for _ in 0..<20 { socket.send(one) }
                    socket.send(HTTPCall.bytes("GET", "/nothing") + HTTPCall.bytes("GET", "/healthz"))
                    var reader = HTTPReader(socket)
                    var answers: [HTTPAnswer] = []
                    while let answer = try reader.next() { answers.append(answer) }
                    return answers
                }
                #expect(answers.map(\.status) == Array(repeating: 200, count: 60) + [404])
                let kinds = answers.prefix(60).map { (try? $0.json["object"].string) ?? "health" }
                #expect(kinds == (0..<20).flatMap { _ in ["health", "model", "list"] })
                #expect(Set(answers.prefix(60).map(\.requestID)).count == 60)
            }
        }

        /// What has come, without waiting.
        private static func available(_ socket: RawSocket) throws -> [UInt8] {
            var buffer = [UInt8](repeating: 0, count: 4096)
            let count = recv(socket.descriptor, &buffer, buffer.count, Int32(MSG_DONTWAIT))
            return count > 0 ? Array(buffer[..<count]) : []
        }
    }
}
