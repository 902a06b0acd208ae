import Foundation
import Glibc
import HoldfastTestSupport
import Testing

extension EndToEnd {
    /// Whose saved prefixes are, how they go, and what is wrong with one.
    @Suite struct PrefixCacheTests {
        private static let chat = PrefixRestartTests.chat
        private static let ask = PrefixRestartTests.ask

        @Test("Another subject gains nothing from it after a restart; a pinned prompt serves both", .enabled(if: OtherUser.canBecome))
        func subjects() async throws {
            let policy = """
                version: 1
                roles: {app: {allow: [{verbs: [models:read, inference:invoke], resources: ["model:*"]}]}}
                bindings: [{role: app, subjects: ["uid:1234"]}]
                """
            try await TestNode.withSmolLM({ $0.policies = ["node.yaml": policy] }) { node in
                func other(_ question: String) async throws -> Int64? {
                    let answer = try await OtherUser().send("POST", node.api, "/v1/chat/completions", body: Self.chat(question, "smol"))
                    return try answer.json["usage"]["prompt_tokens_details"]["cached_tokens"].integer
                }
                #expect(try await Self.ask(node, Self.chat("Which valve is first?", "smol"), "/v1/chat/completions").cached == 0)
                try await node.stop()
                try await node.start()
                #expect(try await other("Which valve is first?") == 0)
                let seen = try await OtherUser().run(
                    SourceTree.program("holdfast"), ["cache", "list"], environment: ["HOLDFAST_RUNTIME": node.runtime])
                #expect(seen.status != 0, "whose prompts are kept is not everybody's to see")

                let file = node.folder + "/rules.txt"
                try PrefixRestartTests.rules.write(toFile: file, atomically: false, encoding: .utf8)
                let pinned = try await node.cli("model", "pin-prompt", "smol", file, "--json").succeeded().json
                #expect(pinned["tokens"].integer ?? 0 > 280, "\(pinned)")
                let id = try #require(pinned["id"].string)
                #expect(try await node.cli("model", "show", "smol").succeeded().output.contains(id))
                let record = try #require(try await node.records("operation=models.pin-prompt").first)
                #expect(record["resource"]["name"] == "smol:latest" && record["outcome"]["result"] == "ok", "\(record)")
                try await node.cli("cache", "clear", "--subject", "uid:1234").succeeded()
                #expect(try await other("Which pump is second?") ?? 0 > 280)
                try await node.stop()
                try await node.start()
                try await node.cli("cache", "clear", "--subject", "uid:1234").succeeded()
                #expect(try await other("Which pump is third?") ?? 0 > 280)
                try await node.cli("model", "unpin-prompt", "smol", id).succeeded()
                try await node.cli("cache", "clear", "--subject", "uid:1234").succeeded()
                #expect(try await other("Which pump is fourth?") == 0)
                #expect(try await node.cli("model", "unpin-prompt", "smol", id).status == 5)
            }
        }

        @Test("A damaged prefix, or a key that is gone, is computed again and never an error; clearing erases disk and live slots")
        func damageAndClearing() async throws {
            try await TestNode.withSmolLM { node in
                _ = try await Self.ask(node, Self.chat("Which valve is first?", "smol"), "/v1/chat/completions")
                try await node.stop()
                let folder = node.state + "/prefixes"
                let name = try #require(
                    try FileManager.default.contentsOfDirectory(atPath: folder).first { $0.hasSuffix(".prefix") })
                let file = URL(filePath: "\(folder)/\(name)")
                var content = try Data(contentsOf: file)
                content[content.count / 2] ^= 1
                try content.write(to: file)
                try await node.start()
                #expect(try await Self.ask(node, Self.chat("And the second?", "smol"), "/v1/chat/completions").cached == 0)
                #expect(!FileManager.default.fileExists(atPath: file.path))
                // Live, the slot is warm; the subject's clearing takes that too.
                #expect(try await Self.ask(node, Self.chat("And the third?", "smol"), "/v1/chat/completions").cached > 280)
                try await node.cli("model", "unload", "smol").succeeded()
                #expect(try await node.status()["prefix_cache"]["entries"] == 1)
                #expect(try await Self.ask(node, Self.chat("And the fourth?", "smol"), "/v1/chat/completions").cached > 280)
                let cleared = try await node.cli("cache", "clear", "--subject", "uid:\(getuid())", "--json").succeeded().json
                #expect(cleared["entries"] == 1 && cleared["slots"] == 1, "\(cleared)")
                #expect(try FileManager.default.contentsOfDirectory(atPath: folder) == ["staging"])
                #expect(try await Self.ask(node, Self.chat("And the fifth?", "smol"), "/v1/chat/completions").cached == 0)
                let record = try #require(try await node.records("operation=cache.clear").first)
                #expect(record["resource"]["name"].string == "uid:\(getuid())" && record["params"]["entries"] == 1, "\(record)")
            }
        }

        @Test("Forgetting a subject takes its saved prefixes, and what the live engine holds of it", .enabled(if: OtherUser.canBecome))
        func forgetting() async throws {
            let policy = """
                version: 1
                bindings: [{role: records-officer, subjects: ["uid:2001"]}]
                """
            try await TestNode.withSmolLM({
                $0.policies = ["node.yaml": policy]
                $0.environment = ["HOLDFAST_SOCKETS_ADMIN_MODE": "0666"]
            }) { node in
                _ = try await Self.ask(node, Self.chat("Which valve is first?", "smol"), "/v1/chat/completions")
                try await node.cli("model", "unload", "smol").succeeded()
                #expect(try await Self.ask(node, Self.chat("And the second?", "smol"), "/v1/chat/completions").cached > 280)
                let answer = try await OtherUser(uid: 2001).send(
                    "POST", node.admin, "/holdfast/v1/audit/forget", body: ["actor": .string("uid:\(getuid())"), "dry_run": false])
                #expect(answer.status == 200, "\(answer.text)")
                #expect(try FileManager.default.contentsOfDirectory(atPath: node.state + "/prefixes") == ["staging"])
                #expect(try await Self.ask(node, Self.chat("And the third?", "smol"), "/v1/chat/completions").cached == 0)
            }
        }

        @Test("Where it is turned off nothing is kept, and status says so")
        func off() async throws {
            try await TestNode.withSmolLM({ $0.environment = ["HOLDFAST_PREFIX_CACHE_BYTES": "0"] }) { node in
                _ = try await Self.ask(node, Self.chat("Which valve is first?", "smol"), "/v1/chat/completions")
                try await node.cli("model", "unload", "smol").succeeded()
                #expect(try await node.status()["prefix_cache"]["off"] == "prefix_cache.bytes is 0")
                #expect(try await node.cli("status").succeeded().output.contains("prefix_cache.bytes is 0"))
                #expect(try await Self.ask(node, Self.chat("And the second?", "smol"), "/v1/chat/completions").cached == 0)
            }
        }
    }

    /// Gemma 3 looks back over a window of 512 tokens. llama.cpp saves and "restores" such a slot, and then computes it all again, unless it
    /// keeps keys and values of the whole context.
    @Suite struct SlidingWindowTests {
        private static let text = (0..<40).map { "Rule \($0): valve \($0 * 7) must be closed before pump \($0 * 3) starts." }
            .joined(separator: " ")

        private static func ask(_ node: TestNode, _ question: String) async throws -> Int64 {
            let body: JSONValue = [
                "model": "gemma", "prompt": .string(text + question), "max_tokens": 2, "temperature": 0,
            ]
            return try await PrefixRestartTests.ask(node, body, "/v1/completions").cached
        }

        @Test("Its prefix survives a restart, with the whole window kept")
        func wholeWindow() async throws {
            // The development engine has no such option, and is not asked for it.
            let engine = try Installed.compiled("llama-server")
            try await TestNode.with({ $0.environment = ["HOLDFAST_ENGINE_PATH": engine] }) { node in
                try await node.cli("model", "add", Installed.gemma(), "--name", "gemma").succeeded()
                #expect(try await Self.ask(node, " First:") == 0)
                try await node.stop()
                try await node.start()
                #expect(try await Self.ask(node, " Last:") > 600)
            }
        }

        @Test("Without the whole window nothing is restored: it is not claimed, found out once, and not tried again")
        func notClaimed() async throws {
            try await TestNode.with({ $0.environment = ["HOLDFAST_PREFIX_CACHE_FULL_WINDOW": "false"] }) { node in
                try await node.cli("model", "add", Installed.gemma(), "--name", "gemma").succeeded()
                #expect(try await Self.ask(node, " First:") == 0)
                try await node.stop()
                #expect(try FileManager.default.contentsOfDirectory(atPath: node.state + "/prefixes").contains { $0.hasSuffix(".key") })
                try await node.start()
                #expect(try await Self.ask(node, " Last:") == 0)
                try await eventually("the entry goes") { try await node.status()["prefix_cache"]["entries"] == 0 }
                try await node.stop()
                #expect(try !FileManager.default.contentsOfDirectory(atPath: node.state + "/prefixes").contains { $0.hasSuffix(".key") })
            }
        }
    }
}
