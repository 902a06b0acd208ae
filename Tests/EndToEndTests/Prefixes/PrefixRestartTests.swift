import Foundation
import Glibc
import HoldfastTestSupport
import Testing

extension EndToEnd {
    /// What was computed before the node went is not computed again after it has come back: by the engine's own count of cached tokens.
    @Suite struct PrefixRestartTests {
        static let rules = (0..<16).map { "Rule \($0): valve \($0 * 7) must be closed before pump \($0 * 3) starts." }
            .joined(separator: " ")

        static func chat(_ question: String, _ model: String) -> JSONValue {
            [
                "model": .string(model), "max_tokens": 2, "temperature": 0,
                "messages": [["role": "system", "content": .string(rules)], ["role": "user", "content": .string(question)]],
            ]
        }

        /// Tokens of the prompt, and those of them that were cached, as the answer says; the audit record must say the same.
        static func ask(_ node: TestNode, _ body: JSONValue, _ path: String) async throws -> (prompt: Int64, cached: Int64) {
            let answer = try await node.post(node.api, path, body)
            guard answer.status == 200 else { throw TestFailure("\(answer.status) \(answer.text)") }
            let usage = try answer.json["usage"]
            let prompt = usage["prompt_tokens"].integer ?? -1
            let cached = usage["prompt_tokens_details"]["cached_tokens"].integer ?? -1
            let record = try #require(try await node.records(of: answer.requestID).last)
            #expect(record["tokens"]["cached"].integer == cached && record["tokens"]["prompt"].integer == prompt)
            return (prompt, cached)
        }

        @Test("After SIGTERM, and after kill -9, a new question under the same system prompt computes only what is new")
        func restart() async throws {
            try await TestNode.withSmolLM { node in
                let cold = try await Self.ask(node, Self.chat("Which valve is first?", "smol"), "/v1/chat/completions")
                #expect(cold.cached == 0 && cold.prompt > 290)
                try await node.stop()
                let names = try FileManager.default.contentsOfDirectory(atPath: node.state + "/prefixes")
                #expect(names.count { $0.hasSuffix(".prefix") } == 1 && names.count { $0.hasSuffix(".key") } == 1)
                try await node.start()
                let listed = try await node.cli("cache", "list", "--json").succeeded().json
                #expect(listed["entries"].array.count == 1 && listed["entries"][0]["subject"].string == "uid:\(getuid())")
                #expect(listed["entries"][0]["model"] == "smol:latest")
                #expect(try await node.status()["prefix_cache"]["bytes"].integer == listed["entries"][0]["bytes"].integer)
                let warm = try await Self.ask(node, Self.chat("And when may the second pump run?", "smol"), "/v1/chat/completions")
                #expect(warm.cached > 280 && warm.prompt - warm.cached < 40, "\(warm)")

                try await node.stop(SIGKILL)
                try await node.start()
                let killed = try await Self.ask(node, Self.chat("Name the last valve.", "smol"), "/v1/chat/completions")
                #expect(killed.cached > 280, "\(killed)")
            }
        }
    }
}
