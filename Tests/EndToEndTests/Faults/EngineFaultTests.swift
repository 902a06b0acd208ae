import Foundation
import HoldfastTestSupport
import Testing

extension EndToEnd {
    /// Engines that hang, die, flood or lie (`Tests/Fixtures/scripted-engine.py`): their own requests fail, and nothing else does.
    @Suite struct EngineFaultTests {
        /// A node with a healthy model `well`, and `ill`, whose engine does what `script` says.
        private static func with<Value: Sendable>(
            _ script: String, stall: Int = 2, environment: [String: String] = [:], _ body: (TestNode) async throws -> Value
        ) async throws -> Value {
            try await TestNode.with({
                $0.scriptedEngine = true
                $0.environment = ["HOLDFAST_ENGINE_LOAD_STALL_SECONDS": String(stall), "HOLDFAST_DRAIN_SECONDS": "1"]
                    .merging(environment) { $1 }
            }) { node in
                try await node.add("well")
                try await node.add("ill", script: script)
                return try await body(node)
            }
        }

        /// The daemon is the same one, another model answers, and the trail holds.
        private static func unharmed(_ node: TestNode) async throws {
            #expect(try await node.chat("well").status == 200)
            #expect(try node.daemon.status() == nil)
            #expect(try await node.cli("audit", "verify").status == 0)
        }

        @Test(
            "An engine that does not come up is an error of that request, which is recorded",
            arguments: [
                ("load:hang", 504, "engine_stalled"), ("load:deaf", 504, "engine_stalled"), ("load:silent", 504, "engine_stalled"),
                ("load:die", 502, "engine_failed"),
            ])
        func load(script: String, status: Int, code: String) async throws {
            try await Self.with(script) { node in
                let waiting = Task { try await node.chat("ill") }
                #expect(try await node.chat("well").status == 200, "served while the other loads")
                let answer = try await waiting.value
                #expect(answer.status == status && answer.code == code, "\(answer.status) \(answer.text)")
                let outcome = try #require(try await node.records(of: answer.requestID).last)
                #expect(
                    outcome["phase"] == "outcome" && outcome["outcome"]["result"] == "failed" && outcome["outcome"]["code"].string == code)
                let loaded = try await node.cli("model", "load", "ill")
                #expect(loaded.status == 8 && !loaded.errors.isEmpty)
                if script == "load:die" {
                    #expect(node.log.contains("scripted: cannot load this model"), "the operator sees the engine's words")
                }
                #expect(try await node.engines().map { $0["name"] } == ["well:latest"])
                try await Self.unharmed(node)
            }
        }

        @Test(
            "An engine that fails in mid-stream ends that stream with an error frame, and the next request is served",
            arguments: ["say:die", "say:cut", "say:json", "say:error", "say:huge", "say:noend"])
        func midStream(script: String) async throws {
            try await Self.with(script) { node in
                let (head, frames) = try await Self.stream(node, "ill")
                #expect(head.status == 200)
                let last = try JSONValue(parsing: try #require(frames.last))
                #expect(last["error"]["code"] == "engine_failed", "\(script): \(frames.suffix(2))")
                #expect(last["error"].keys == ["message", "type", "param", "code"])
                #expect(frames.first?.contains("\"role\":\"assistant\"") == true)
                let outcome = try #require(try await node.records(of: head.requestID).last)
                #expect(outcome["outcome"]["result"] == "failed" && outcome["outcome"]["code"] == "engine_failed")
                // Whole answers have a status of their own to say it with.
                let whole = try await node.chat("ill")
                #expect(whole.status == 502 && whole.code == "engine_failed", "\(whole.text)")
                try await Self.unharmed(node)
            }
        }

        @Test("Broken UTF-8 never reaches a client")
        func brokenUTF8() async throws {
            try await Self.with("say:utf8") { node in
                let socket = try RawSocket(node.api)
                let request = node.streamBytes(TestNode.chatBody("ill", stream: true))
                let bytes = try await blocking {
                    socket.send(request)
                    var reader = HTTPReader(socket)
                    return try reader.next()?.body ?? []
                }
                #expect(String(validating: bytes, as: UTF8.self) != nil)
                try await Self.unharmed(node)
            }
        }

        @Test("Noise on stderr, null frames and a flood of tokens do no harm", arguments: ["say:stderr", "say:null", "say:flood"])
        func noise(script: String) async throws {
            try await Self.with(script) { node in
                let (head, frames) = try await Self.stream(node, "ill")
                #expect(head.status == 200 && frames.last == "[DONE]", "\(script): \(frames.suffix(1))")
                if script == "say:flood" { #expect(frames.count > 100_000) }
                let memory = try await node.status()["memory"]["daemon_bytes"].integer ?? .max
                #expect(memory < 400 << 20, "\(memory) bytes")
                try await Self.unharmed(node)
            }
        }

        @Test("An engine that floods stderr and never gets ready is given up")
        func floodAtLoad() async throws {
            try await Self.with("load:flood") { node in
                let waiting = Task { try await node.chat("ill") }
                #expect(try await node.chat("well").status == 200)
                waiting.cancel()
                // Its log counts as progress, so the client's patience is the limit: it hangs up.
                let socket = try RawSocket(node.api)
                socket.send(HTTPCall.bytes("POST", "/v1/chat/completions", body: Array(TestNode.chatBody("ill").text.utf8)))
                try await Self.unharmed(node)
                #expect(try await node.stop(within: .seconds(60)) == 0)
                #expect(RunningProcesses.engines(runtime: node.runtime).isEmpty)
            }
        }

        @Test("A refusal by the engine keeps its meaning: a prompt that is too long is the caller's error")
        func rejection() async throws {
            try await Self.with("say:reject") { node in
                let answer = try await node.chat("ill")
                #expect(answer.status == 400 && answer.code == "context_length_exceeded", "\(answer.text)")
                try await Self.unharmed(node)
            }
        }

        @Test(
            "An engine that answers nothing holds up only its own request, and a hang-up frees it", arguments: ["say:hang", "say:nothead"])
        func hang(script: String) async throws {
            try await Self.with(script) { node in
                var socket: RawSocket? = try RawSocket(node.api)
                socket?.send(node.streamBytes(TestNode.chatBody("ill", stream: true)))
                try await eventually("the request runs") {
                    try await node.engines().contains { $0["name"] == "ill:latest" && $0["busy_slots"] == 1 }
                }
                #expect(try await node.chat("well").status == 200)
                socket = nil
                try await eventually("its slot is free again") {
                    try await node.engines().filter { $0["name"] == "ill:latest" }.allSatisfy { $0["busy_slots"] == 0 }
                }
                let outcome = try await eventually("the outcome is recorded") {
                    try await node.records("operation=inference.chat&model=ill").first { $0["phase"] == "outcome" }
                }
                #expect(outcome["outcome"]["result"] == "cancelled")
                // The engine that answered nothing is ended, and that is an error; the request that hung up is none.
                let failures = node.log.split(separator: "\n").filter { $0.contains(" error ") && $0.contains("request failed") }
                #expect(failures.isEmpty, "a hang-up is no fault of the node: \(node.log)")
                try await Self.unharmed(node)
            }
        }

        @Test("A hang-up is noticed when nothing is written that could fail", arguments: ["say:hang", "say:nothead"])
        func silentHangUp(script: String) async throws {
            // Nothing but the closed connection can end this request: the engine says no more, and its patience is an hour.
            try await Self.with(script, stall: 3600) { node in
                var socket: RawSocket? = try RawSocket(node.api)
                socket?.send(node.streamBytes(TestNode.chatBody("ill", stream: true)))
                try await eventually("the request runs") {
                    try await node.engines().contains { $0["name"] == "ill:latest" && $0["busy_slots"] == 1 }
                }
                withExtendedLifetime(socket) {}
                socket = nil
                let outcome = try await eventually("the outcome is recorded") {
                    try await node.records("operation=inference.chat&model=ill").first { $0["phase"] == "outcome" }
                }
                #expect(outcome["outcome"]["result"] == "cancelled")
                try await Self.unharmed(node)
            }
        }

        @Test("An engine that ignores SIGTERM and has children is gone after the node's end", arguments: ["term:ignore", "fork:child"])
        func shutdown(script: String) async throws {
            // A confined engine has no children.
            try await Self.with(script, environment: ["HOLDFAST_CONFINEMENT_SECCOMP": "off"]) { node in
                #expect(try await node.chat("ill").status == 200)
                #expect(!RunningProcesses.engines(runtime: node.runtime).isEmpty)
                #expect(try await node.stop() == 0)
                try await eventually("no engine is left", within: .seconds(5)) { RunningProcesses.engines(runtime: node.runtime).isEmpty }
            }
        }

        @Test("An engine that is killed is started anew by the next request, and its end is in the trail")
        func killed() async throws {
            try await Self.with("") { node in
                #expect(try await node.chat("ill").status == 200)
                let pid = try #require(try await node.engines().first?["pid"].integer)
                kill(Int32(pid), SIGKILL)
                let exit = try await eventually("the exit is recorded") { try await node.records("operation=engine.exit").first }
                #expect(exit["outcome"]["result"] == "failed" && exit["params"]["signal"] == 9 && exit["params"]["pid"].integer == pid)
                #expect(try await node.chat("ill").status == 200)
                #expect(try await node.engines().first?["pid"].integer != pid)
            }
        }

        @Test("An engine that others may write is not run")
        func untrusted() async throws {
            try await Self.with("") { node in
                chmod(node.folder + "/llama-server", 0o777)
                let answer = try await node.chat("ill")
                #expect(answer.status == 503 && answer.code == "engine_untrusted")
                #expect(try await node.status()["health"] == "degraded")
            }
        }

        @Test("With the real engine, a client that hangs up stops the work")
        func hangUp() async throws {
            try await TestNode.withSmolLM { node in
                var events: EventReader? = try EventReader(
                    RawSocket(node.api), node.streamBytes(TestNode.chatBody("smol", "Tell a long story.", maxTokens: 3000, stream: true)))
                let id = try #require(events?.head.requestID)
                for _ in 0..<5 { _ = try events?.next() }
                #expect(try await node.engines().first?["busy_slots"] == 1)
                events = nil
                try await eventually("the slot is free again") { try await node.engines().first?["busy_slots"] == 0 }
                let outcome = try await eventually("the outcome is recorded") {
                    try await node.records(of: id).first { $0["phase"] == "outcome" }
                }
                #expect(outcome["outcome"]["result"] == "cancelled")
                #expect(outcome["params"]["deltas"].integer ?? 0 > 3)
                #expect(try await node.chat("smol").status == 200)
            }
        }

        private static func stream(_ node: TestNode, _ model: String) async throws -> (HTTPAnswer, [String]) {
            let request = node.streamBytes(TestNode.chatBody(model, stream: true))
            let api = node.api
            return try await blocking {
                var events = try EventReader(RawSocket(api), request)
                return (events.head, try events.rest())
            }
        }
    }
}
