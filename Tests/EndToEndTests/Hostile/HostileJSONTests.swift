import HoldfastTestSupport
import Testing

extension EndToEnd {
    /// JSON of every wrong shape: each is answered with 400 and the field, and nothing behind the door notices.
    @Suite struct HostileJSONTests {
        /// Messages that are wrong inside, and what must be named.
        static let messages = [
            "[17]", "[null]", "[[]]", "[\"hi\"]", "[{}]", "[{\"content\":\"x\"}]", "[{\"role\":17,\"content\":\"x\"}]",
            "[{\"role\":\"wizard\",\"content\":\"x\"}]", "[{\"role\":\"user\",\"content\":17}]", "[{\"role\":\"user\",\"content\":{}}]",
            "[{\"role\":\"user\",\"content\":[17]}]",
            "[{\"role\":\"user\",\"content\":[{\"type\":\"image_url\",\"image_url\":{\"url\":\"x\"}}]}]",
            "[{\"role\":\"user\",\"content\":[{\"type\":\"text\"}]}]", "[{\"role\":\"user\",\"content\":[{\"type\":\"text\",\"text\":1}]}]",
        ]

        /// Bodies that are no JSON object at all.
        static let bodies: [[UInt8]] =
            [
                "", " ", "{", "}", "[", "[]", "null", "17", "\"text\"", "true", "{\"model\"", "{\"model\":", "{\"model\":\"m\",",
                "{'model':'m'}",
                "{model:1}", "{\"a\":1}}", "{\"a\":1}{\"b\":2}", "{\"a\":01}", "{\"a\":+1}", "{\"a\":.5}", "{\"a\":\"\\x\"}",
                "{\"a\":\"\\u12\"}",
                "{\"a\":nan}", "{\"a\":Infinity}", "\u{feff}", "{\"a\":\"\n\"}", "/* c */", "{\"model\":\"m\" \"messages\":[]}",
            ].map { Array($0.utf8) } + [
                [0], [0xff], [0xfe, 0xff, 0, 0x7b], Array("{\"model\":\"".utf8) + [0xff, 0xfe] + Array("\"}".utf8),
                Array("{\"model\":\"".utf8) + [0xc0, 0xaf] + Array("\",\"messages\":[]}".utf8), Array("{\"a\":1}".utf8) + [0],
                Array("{\"model\":\"".utf8) + [0xed, 0xa0, 0x80] + Array("\"}".utf8),
            ]

        @Test("Every wrong body and message is a 400, and the engine runs on")
        func everyShape() async throws {
            try await TestNode.with({ $0.scriptedEngine = true }) { node in
                try await node.add("m")
                #expect(try await node.chat("m").status == 200)
                let pid = try await node.engines().first?["pid"]

                for messages in Self.messages {
                    let answer = try await Self.chat(node, Array("{\"model\":\"m\",\"messages\":\(messages)}".utf8))
                    #expect(answer.status == 400, "\(messages): \(answer.text)")
                    #expect(try answer.json["error"]["param"].string?.isEmpty == false, "\(messages): \(answer.text)")
                }
                for body in Self.bodies {
                    let answer = try await Self.chat(node, body)
                    #expect(answer.status == 400, "\(String(decoding: body, as: UTF8.self)): \(answer.text)")
                }
                try await Self.alive(node, pid)
            }
        }

        @Test("Strange JSON that is still JSON is taken as it is meant, or refused, and harms nothing")
        func strange() async throws {
            try await TestNode.with({ $0.scriptedEngine = true }) { node in
                try await node.add("m")
                #expect(try await node.chat("m").status == 200)
                let pid = try await node.engines().first?["pid"]
                func message(_ content: String, extra: String = "") -> [UInt8] {
                    Array("{\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":\(content)}]\(extra)}".utf8)
                }
                let deep = String(repeating: "[", count: 10_000) + String(repeating: "]", count: 10_000)
                let objects = String(repeating: "{\"a\":", count: 10_000) + "1" + String(repeating: "}", count: 10_000)
                for (name, body) in [
                    ("nested arrays as content", message(deep)),
                    ("nested arrays ignored", message("\"x\"", extra: ",\"metadata\":\(deep)")),
                    ("nested objects", message("\"x\"", extra: ",\"metadata\":\(objects)")),
                    ("unbalanced nesting", Array(String(repeating: "[", count: 200_000).utf8)),
                    ("a lone surrogate", message("\"\\ud800\"")), ("a lone low surrogate", message("\"\\udc00x\"")),
                    ("surrogates the wrong way round", message("\"\\udc00\\ud800\"")), ("a NUL", message("\"a\\u0000b\"")),
                    ("noncharacters", message("\"\\uffff\\ufffe\"")), ("controls", message("\"\\u0001\\u001b[31m\"")),
                    ("one field twice", Array("{\"model\":\"m\",\"model\":17,\"messages\":[{\"role\":\"user\",\"content\":\"x\"}]}".utf8)),
                    ("ten thousand fields", message("\"x\"", extra: (0..<10_000).map { ",\"f\($0)\":\($0)" }.joined())),
                    ("a long number", message("\"x\"", extra: ",\"seed\":" + String(repeating: "9", count: 100_000))),
                    (
                        "a long name",
                        Array(
                            "{\"model\":\"\(String(repeating: "m", count: 100_000))\",\"messages\":[{\"role\":\"user\",\"content\":\"x\"}]}"
                                .utf8)
                    ),
                    (
                        "a name with a path",
                        Array("{\"model\":\"../../etc/passwd\",\"messages\":[{\"role\":\"user\",\"content\":\"x\"}]}".utf8)
                    ),
                    (
                        "many messages",
                        Array(
                            "{\"model\":\"m\",\"messages\":[\(Array(repeating: "{\"role\":\"user\",\"content\":\"x\"}", count: 5000).joined(separator: ","))]}"
                                .utf8)
                    ),
                    ("a large prompt", message("\"\(String(repeating: "word-", count: 150_000))\"")),
                ] {
                    let answer = try await Self.chat(node, body)
                    #expect([200, 400, 404].contains(answer.status), "\(name): \(answer.status) \(answer.text.prefix(300))")
                }
                try await Self.alive(node, pid)
            }
        }

        @Test("Administrative bodies of every wrong shape are refused with their field")
        func administration() async throws {
            try await TestNode.with { node in
                try await node.add("m")
                let cases: [(path: String, body: String, field: String?)] = [
                    ("models/m/aliases", "", nil), ("models/m/aliases", "[]", nil), ("models/m/aliases", "{}", "alias"),
                    ("models/m/aliases", "{\"alias\":17}", "alias"), ("models/m/aliases", "{\"alias\":null}", "alias"),
                    ("models/m/aliases", "{\"alias\":[\"a\"]}", "alias"), ("models/m/aliases", "{\"alias\":\"\"}", nil),
                    ("models/m/aliases", "{\"alias\":\"../x\"}", nil),
                    ("models/m/aliases", "{\"alias\":\"\(String(repeating: "a", count: 5000))\"}", nil),
                    ("access/can", "{}", "verb"), ("access/can", "{\"verb\":17,\"resource\":\"node\"}", "verb"),
                    ("access/can", "{\"verb\":\"fly\",\"resource\":\"node\"}", "verb"),
                    ("access/can", "{\"verb\":\"node:read\"}", "resource"),
                    ("access/can", "{\"verb\":\"node:read\",\"resource\":\"//\"}", nil),
                    ("access/can-as", "{\"verb\":\"node:read\",\"resource\":\"node\",\"subject\":\"uid:-1\"}", nil),
                    ("access/can-as", "{\"verb\":\"node:read\",\"resource\":\"node\",\"subject\":17}", "subject"),
                ]
                for (path, body, field) in cases {
                    let answer = try await HTTPCall.send(node.admin, "POST", "/holdfast/v1/\(path)", body: Array(body.utf8))
                    #expect(answer.status == 400, "\(path) \(body.prefix(80)): \(answer.status) \(answer.text)")
                    if let field { #expect(try answer.json["error"]["field"].string == field, "\(path) \(body): \(answer.text)") }
                }
                for query in [
                    "actor=root", "actor=-1", "limit=0", "limit=1001", "limit=x", "outcome=maybe", "since=x", "before=-1", "model=//",
                    "colour=red", "model=sha256:12",
                ] {
                    let answer = try await node.get(node.admin, "/holdfast/v1/audit/records?\(query)")
                    #expect(answer.status == 400, "\(query): \(answer.status) \(answer.text)")
                }
                for name in ["%00", "%ff", "..", "%2e%2e%2f", "a%2fb%2f..", "a:b:c", "%", "%zz", String(repeating: "a", count: 3000)] {
                    let answer = try await node.get(node.admin, "/holdfast/v1/models/\(name)")
                    #expect([400, 404].contains(answer.status), "\(name.prefix(40)): \(answer.status) \(answer.text)")
                }
                for (name, body, field) in [
                    ("no GGUF", Array("hello, world".utf8), "GGUF"), ("half a GGUF", Array(TestModel.bytes().prefix(90)), "byte"),
                ] {
                    let answer = try await HTTPCall.send(node.admin, "POST", "/holdfast/v1/models/bad", body: body)
                    #expect(answer.status == 400 && answer.text.contains(field), "\(name): \(answer.status) \(answer.text)")
                }
                #expect(try await node.status()["models"]["count"] == 1)
                #expect(try await node.cli("audit", "verify").status == 0)
            }
        }

        private static func chat(_ node: TestNode, _ body: [UInt8]) async throws -> HTTPAnswer {
            try await HTTPCall.send(node.api, "POST", "/v1/chat/completions", body: body)
        }

        /// The daemon serves, with the engine it had.
        private static func alive(_ node: TestNode, _ pid: JSONValue?) async throws {
            #expect(try await node.chat("m").status == 200)
            #expect(try await node.engines().first?["pid"] == pid, "the engine was started anew")
            #expect(try node.daemon.status() == nil)
        }
    }
}
