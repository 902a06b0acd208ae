import HoldfastTestSupport
import Testing

extension EndToEnd {
    /// Prompts of the context's size, one less and one more: the real engine, with a context small enough to reach.
    @Suite struct ContextEdgeTests {
        private static let context = 256

        private static func body(_ path: String, words: Int, maxTokens: Int?) -> JSONValue {
            let text = JSONValue.string(Array(repeating: "sea", count: words).joined(separator: " "))
            var body: [String: JSONValue] = ["model": "smol", "temperature": 0, "seed": 1]
            if path == "/v1/completions" { body["prompt"] = text } else { body["messages"] = [["role": "user", "content": text]] }
            if let maxTokens { body["max_tokens"] = .integer(Int64(maxTokens)) }
            return .object(body)
        }

        @Test(
            "One less than the context is answered with one token; the whole and more are refused with the field",
            arguments: [("/v1/chat/completions", "messages"), ("/v1/completions", "prompt")])
        func edge(path: String, field: String) async throws {
            try await TestNode.withSmolLM({ $0.environment = ["HOLDFAST_ENGINE_CONTEXT": "\(Self.context)"] }) { node in
                func send(_ words: Int, maxTokens: Int? = 4) async throws -> HTTPAnswer {
                    try await node.post(node.api, path, Self.body(path, words: words, maxTokens: maxTokens))
                }
                // Each further word is one token: what a prompt has besides is measured.
                let measured = try await send(100).json["usage"]["prompt_tokens"].integer
                let besides = try #require(measured.map { Int($0) - 100 })
                let pid = try await node.engines().first?["pid"]

                for maxTokens in [1, 4, 1000, nil] {
                    let fitting = try await send(Self.context - 1 - besides, maxTokens: maxTokens)
                    #expect(fitting.status == 200, "\(fitting.text)")
                    #expect(try fitting.json["usage"]["prompt_tokens"].integer == Int64(Self.context - 1))
                    #expect(try fitting.json["usage"]["completion_tokens"].integer == 1, "\(fitting.text)")
                    // The one token of a chat may be the one that ends it.
                    let finish = try fitting.json["choices"][0]["finish_reason"].string
                    #expect(finish == "length" || (finish == "stop" && field == "messages"), "\(fitting.text)")
                }
                for more in [0, 1, 2, 1000, 100_000] {
                    let refused = try await send(Self.context + more - besides)
                    #expect(refused.status == 400, "\(more): \(refused.text)")
                    let error = try refused.json["error"]
                    #expect(error["code"] == "context_length_exceeded" && error["param"] == .string(field), "\(refused.text)")
                    #expect(error["message"].string?.contains("\(Self.context) tokens") == true, "\(refused.text)")
                }
                // The context is full before the tokens are used up.
                let overflowing = try await send(Self.context - 20 - besides, maxTokens: 1000)
                #expect(overflowing.status == 200)
                let total = try #require(try overflowing.json["usage"]["total_tokens"].integer)
                #expect(total <= Int64(Self.context))
                let finish = try overflowing.json["choices"][0]["finish_reason"]
                #expect(finish == "length" || total < Int64(Self.context), "\(overflowing.text)")

                var streamed = Self.body(path, words: Self.context - besides, maxTokens: 4)
                if case .object(var fields) = streamed {
                    fields["stream"] = true
                    streamed = .object(fields)
                }
                let answer = try await node.post(node.api, path, streamed)
                #expect(answer.status == 400 && answer.text.contains("\"param\":\"\(field)\""), "\(answer.text)")
                #expect(try await send(10).status == 200)
                #expect(try await node.engines().first?["pid"] == pid, "the engine was started anew")
            }
        }
    }
}
