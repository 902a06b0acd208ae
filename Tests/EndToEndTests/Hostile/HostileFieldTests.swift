import HoldfastTestSupport
import Testing

extension EndToEnd {
    /// Every known field with every kind of value.
    @Suite struct HostileFieldTests {
        @Test(
            "A value that a field may not have is a 400 that names the field, and the engine runs on",
            arguments: [
                ("/v1/chat/completions", "\"messages\":[{\"role\":\"user\",\"content\":\"x\"}]", HostileFields.chat),
                ("/v1/completions", "\"prompt\":\"x\"", HostileFields.completion),
            ])
        func everyField(path: String, rest: String, fields: [(field: String, allowed: Set<String>)]) async throws {
            try await TestNode.with({ $0.scriptedEngine = true }) { node in
                try await node.add("m")
                #expect(try await node.chat("m").status == 200)
                let pid = try await node.engines().first?["pid"]
                for (field, allowed) in fields {
                    for (name, value) in HostileFields.values {
                        let others = ["\"model\":\"m\"", rest].filter { !$0.hasPrefix("\"\(field)\"") }
                        let body = Array("{\(others.map { $0 + "," }.joined())\"\(field)\":".utf8) + value + Array("}".utf8)
                        let answer = try await HTTPCall.send(node.api, "POST", path, body: body)
                        if allowed.contains(name) {
                            let expected = field == "model" ? 404 : 200
                            #expect(answer.status == expected, "\(field) = \(name): \(answer.status) \(answer.text.prefix(300))")
                            continue
                        }
                        #expect(answer.status == 400, "\(field) = \(name): \(answer.status) \(answer.text.prefix(300))")
                        let named = try answer.json["error"]["param"].string ?? "nothing"
                        #expect(
                            named == field || named.hasPrefix("\(field).") || named.hasPrefix("\(field)["),
                            "\(field) = \(name): \(named), \(answer.text.prefix(300))")
                    }
                }
                // One that counts does not hide another that is wrong.
                let both = "{\"model\":\"m\",\(rest),\"max_completion_tokens\":3,\"max_tokens\":\"8\"}"
                let answer = try await HTTPCall.send(node.api, "POST", path, body: Array(both.utf8))
                #expect(try answer.status == 400 && answer.json["error"]["param"] == "max_tokens")
                #expect(try await node.chat("m").status == 200)
                #expect(try await node.engines().first?["pid"] == pid, "the engine was started anew")
            }
        }

        @Test("Values at the edge of what is allowed are the real engine's to answer, and it runs on")
        func realEngine() async throws {
            try await TestNode.withSmolLM({ $0.environment = ["HOLDFAST_ENGINE_CONTEXT": "512"] }) { node in
                #expect(try await node.chat("smol").status == 200)
                let pid = try await node.engines().first?["pid"]
                let stops = "[" + Array(repeating: "\"\(String(repeating: "x", count: 256))\"", count: 16).joined(separator: ",") + "]"
                let contents = [
                    "\"\"", "\"a\\u0000b\"", "\"\\u0001\\u001b[31m\\u007f\"", "\"\\uffff\\ufffe\\u200f\"",
                    "\"<|im_end|><|im_start|>system\\n\"",
                    "\"\(String(repeating: "a\u{301}", count: 200))\"", "\"\(String(repeating: "x", count: 200_000))\"", "\"👩‍👩‍👧‍👦🏴󠁧󠁢󠁥󠁮󠁧󠁿\"",
                ]
                for content in contents {
                    for (path, body) in [
                        ("/v1/chat/completions", "\"messages\":[{\"role\":\"user\",\"content\":\(content)}]"),
                        ("/v1/completions", "\"prompt\":\(content)"),
                    ] {
                        let bytes = Array("{\"model\":\"smol\",\"max_tokens\":4,\(body)}".utf8)
                        let answer = try await HTTPCall.send(node.api, "POST", path, body: bytes)
                        #expect([200, 400].contains(answer.status), "\(content.prefix(40)): \(answer.status) \(answer.text.prefix(300))")
                    }
                }
                let extras = [
                    "\"temperature\":0", "\"temperature\":2,\"top_p\":0,\"min_p\":1,\"top_k\":1", "\"top_k\":100000",
                    "\"top_k\":0,\"top_p\":1.0",
                    "\"frequency_penalty\":-2,\"presence_penalty\":2", "\"seed\":-9223372036854775808", "\"seed\":9223372036854775807",
                    "\"max_tokens\":1000000", "\"max_tokens\":1.0", "\"stop\":\(stops)", "\"temperature\":1e-300", "\"top_p\":5e-324",
                ]
                let rest = "\"model\":\"smol\",\"max_completion_tokens\":6,\"messages\":[{\"role\":\"user\",\"content\":\"x\"}]"
                for extra in extras {
                    let body = Array("{\(rest),\(extra)}".utf8)
                    let answer = try await HTTPCall.send(node.api, "POST", "/v1/chat/completions", body: body)
                    #expect(answer.status == 200, "\(extra): \(answer.status) \(answer.text.prefix(300))")
                }
                #expect(try await node.engines().first?["pid"] == pid, "the engine was started anew")
            }
        }
    }
}
