import HoldfastTestSupport
import Testing

extension EndToEnd {
    /// The official `openai` package, unchanged, over api.sock. `Tests/Fixtures/openai-client.py` says what it saw.
    @Suite struct OpenAIClientTests {
        @Test("The openai client chats, streams, completes and lists, and gets its own kinds of error")
        func client() async throws {
            try await TestNode.withSmolLM { node in
                try await node.cli("model", "alias", "smol", "small:v1").succeeded()
                let finished = try await TestProcess.run(
                    Installed.python(), ["-IB", SourceTree.fixture("openai-client.py"), node.api, "smol"], within: .seconds(300))
                #expect(finished.status == 0, "\(finished.errors)")
                let seen = try finished.json

                let chat = seen["chat"]
                #expect(chat["object"] == "chat.completion" && chat["model"] == "smol")
                #expect(chat["choices"][0]["message"]["role"] == "assistant")
                #expect(chat["choices"][0]["message"]["content"].string?.isEmpty == false)
                #expect(chat["choices"][0]["finish_reason"] == "length")
                #expect(chat["usage"]["completion_tokens"] == 8)

                let stream = seen["stream"]
                #expect(stream["text"] == chat["choices"][0]["message"]["content"], "streamed or whole, the answer is the same")
                #expect(stream["roles"] == ["assistant"])
                #expect(stream["finish"] == "length")
                #expect(stream["usage"].isNull)
                #expect(seen["stream_usage"]["usage"]["completion_tokens"] == 8)
                #expect(seen["stream_usage"]["last_choices"] == 0, "usage comes in a frame of its own")

                #expect(seen["completion"]["object"] == "text_completion")
                #expect(seen["completion"]["choices"][0]["text"].string?.isEmpty == false)
                #expect(seen["completion_stream"]["text"] == seen["completion"]["choices"][0]["text"])
                #expect(seen["echo"].string?.hasPrefix("The tide") == true)

                #expect(seen["models"] == ["smol", "small:v1"] || seen["models"] == ["small:v1", "smol"])
                #expect(seen["model"]["id"] == "smol" && seen["model"]["object"] == "model" && seen["model"]["owned_by"] == "holdfast")

                for name in ["missing_model", "missing_chat"] {
                    #expect(seen[name]["type"] == "NotFoundError" && seen[name]["code"] == "model_not_found", "\(name): \(seen[name])")
                }
                for (name, field) in [
                    ("bad_temperature", "temperature"), ("bad_messages", "messages"), ("bad_role", "messages[0].role"),
                    ("bad_max", "max_tokens"),
                    ("tools", "tools"), ("two", "n"),
                ] {
                    #expect(seen[name]["type"] == "BadRequestError" && seen[name]["param"].string == field, "\(name): \(seen[name])")
                }
            }
        }

        @Test("Frames come in OpenAI's order: role, content, finish, usage when asked, [DONE]", arguments: [false, true])
        func chatFrames(withUsage: Bool) async throws {
            try await TestNode.withSmolLM { node in
                let body = TestNode.chatBody("smol", maxTokens: 6, stream: true, usage: withUsage)
                var events = try EventReader(RawSocket(node.api), node.streamBytes(body))
                #expect(events.head.status == 200)
                #expect(events.head.headers["content-type"] == "text/event-stream")
                let frames = try events.rest()
                #expect(frames.last == "[DONE]")
                let parsed = try frames.dropLast().map { try JSONValue(parsing: $0) }
                #expect(
                    parsed.allSatisfy { $0["id"].string == "chatcmpl-" + events.head.requestID && $0["object"] == "chat.completion.chunk" })
                #expect(parsed.allSatisfy { $0["model"] == "smol" })
                #expect(parsed.first?["choices"][0]["delta"] == ["role": "assistant", "content": ""])
                let finish = parsed.count - (withUsage ? 2 : 1)
                let contents = parsed[1..<finish]
                #expect(!contents.isEmpty && contents.allSatisfy { $0["choices"][0]["delta"].keys == ["content"] })
                #expect(contents.allSatisfy { $0["choices"][0]["finish_reason"].isNull })
                #expect(parsed[finish]["choices"][0]["finish_reason"] == "length")
                #expect(parsed[finish]["choices"][0]["delta"] == .object([:]))
                if withUsage {
                    #expect(parsed.last?["choices"] == [] && parsed.last?["usage"]["completion_tokens"] == 6)
                    #expect(parsed.dropLast().allSatisfy { $0.keys.contains("usage") && $0["usage"].isNull })
                } else {
                    #expect(parsed.allSatisfy { !$0.keys.contains("usage") })
                }
            }
        }

        @Test("Completion frames hold text, then the finish, then [DONE]")
        func completionFrames() async throws {
            try await TestNode.withSmolLM { node in
                let body: JSONValue = ["model": "smol", "prompt": "The tide", "max_tokens": 5, "temperature": 0, "stream": true]
                var events = try EventReader(RawSocket(node.api), node.streamBytes(body, path: "/v1/completions"))
                let frames = try events.rest()
                #expect(frames.last == "[DONE]")
                let parsed = try frames.dropLast().map { try JSONValue(parsing: $0) }
                #expect(parsed.allSatisfy { $0["object"] == "text_completion" && $0["choices"][0]["text"].string != nil })
                #expect(parsed.dropLast().allSatisfy { $0["choices"][0]["finish_reason"].isNull })
                #expect(parsed.last?["choices"][0]["finish_reason"] == "length")
            }
        }
    }
}
