import Foundation
import HoldfastTestSupport
import Testing

extension EndToEnd {
    /// What the scheduler decides, through the real programs: with the real engine where memory is in question, with the scripted one where
    /// order is.
    @Suite struct SchedulingTests {
        private static func chat(_ model: String, _ extra: [String: JSONValue] = [:], prompt: String = "Why is the sky blue?") -> JSONValue
        {
            guard case .object(let body) = TestNode.chatBody(model, prompt) else { return .null }
            return .object(body.merging(extra) { $1 })
        }

        private static func names(_ node: TestNode) async throws -> [String] {
            try await node.engines().compactMap { $0["name"].string }
        }

        private static func queued(_ node: TestNode) async throws -> Int64 {
            try await node.status()["limits"]["queued_requests"].integer ?? 0
        }

        @Test("Two models that do not fit into the memory together take turns, and each is answered")
        func swap() async throws {
            try await TestNode.withSmolLM({ $0.environment["HOLDFAST_MEMORY_BUDGET"] = "700MiB" }) { node in
                // The same weights under another name in the file: another digest, and another engine.
                var bytes = try Data(contentsOf: URL(filePath: Installed.smolLM()))
                let name = try #require(bytes.prefix(4096).firstRange(of: Data("Smollm2 135M".utf8)))
                bytes[name.lowerBound] = UInt8(ascii: "T")
                try bytes.write(to: URL(filePath: node.folder + "/twin.gguf"))
                _ = try await node.cli("model", "add", node.folder + "/twin.gguf", "--name", "twin").succeeded()
                #expect(try await node.chat("smol").status == 200)
                #expect(try await Self.names(node) == ["smol:latest"])
                #expect(try await node.chat("twin").status == 200)
                #expect(try await Self.names(node) == ["twin:latest"])
                let release = try await eventually("it is recorded") { try await node.records("operation=engine.release").first }
                #expect(release["resource"]["name"] == "smol:latest" && release["params"]["evicted"] == 1)
                try await withThrowingTaskGroup(of: Int.self) { group in
                    for model in ["smol", "twin", "smol", "twin"] {
                        group.addTask { try await node.chat(model, maxTokens: 2).status }
                    }
                    for try await status in group { #expect(status == 200) }
                }
                #expect(try await Self.names(node).count == 1)
                let ps = try await node.cli("ps").succeeded().output
                #expect(ps.contains("EXPIRES") && ps.contains("COUNTED"))
                let memory = try await node.status()["memory"]
                #expect(memory["budget_bytes"].integer == 700 << 20)
                #expect(memory["reserved_by_models_bytes"].integer ?? .max < 700 << 20)
                // What was measured is known, and close to what was counted.
                let footprint = try await node.cli("model", "footprint", "smol", "--json").succeeded().json
                let measured = Double(footprint["measured_bytes"].integer ?? 0)
                let total = Double(footprint["rows"][0]["total_bytes"].integer ?? 0)
                #expect(measured / total > 0.8 && measured / total < 1.15, "\(measured) \(total)")
            }
        }

        @Test("keep_alive: 0 unloads at once, -1 keeps, a time is shown, and nonsense is refused with its name")
        func keepAlive() async throws {
            try await TestNode.withSmolLM { node in
                #expect(try await node.post(node.api, "/v1/chat/completions", Self.chat("smol", ["keep_alive": 0])).status == 200)
                try await eventually("it is unloaded") { try await Self.names(node).isEmpty }
                let release = try await eventually("it is recorded") { try await node.records("operation=engine.release").first }
                #expect(release["params"]["evicted"] == 0)
                #expect(try await node.post(node.api, "/v1/chat/completions", Self.chat("smol", ["keep_alive": -1])).status == 200)
                try await eventually("it is idle") { try await node.engines().first?["busy_slots"] == 0 }
                #expect(try await node.engines().first?["expires_at"].isNull == true)
                #expect(try await node.post(node.api, "/v1/chat/completions", Self.chat("smol", ["keep_alive": "10m"])).status == 200)
                try await eventually("it expires") { try await node.engines().first?["expires_at"].integer != nil }
                for wrong: JSONValue in ["soon", true, ["5m"], ""] {
                    let answer = try await node.post(node.api, "/v1/chat/completions", Self.chat("smol", ["keep_alive": wrong]))
                    #expect(answer.status == 400 && answer.text.contains("keep_alive"), "\(answer.text)")
                }
                #expect(try await node.cli("model", "load", "smol", "--keep-alive", "-1").status == 0)
                try await eventually("it stays") { try await node.engines().first?["expires_at"].isNull == true }
                #expect(try await node.cli("model", "load", "smol", "--keep-alive", "soon").status == 64)
            }
        }

        @Test("A pinned model is loaded at start, stays, and can be let go; both are in the trail")
        func pinned() async throws {
            try await TestNode.withSmolLM({ $0.environment["HOLDFAST_ENGINE_KEEP_ALIVE"] = "0" }) { node in
                #expect(try await node.cli("model", "pin", "smol", "--json").succeeded().json["changed"] == true)
                #expect(try await node.cli("model", "pin", "smol", "--json").succeeded().json["changed"] == false)
                try await eventually("it is loaded") { try await node.engines().first?["pinned"] == true }
                #expect(try await node.stop() == 0)
                try await node.start()
                try await eventually("it is loaded again") { try await node.engines().first?["pinned"] == true }
                #expect(try await node.chat("smol").status == 200)
                #expect(try await Self.names(node) == ["smol:latest"])
                #expect(try await node.cli("model", "show", "smol").succeeded().output.contains("pinned"))
                #expect(try await node.cli("model", "unpin", "smol").succeeded().output.contains("not pinned any more"))
                try await eventually("it goes") { try await Self.names(node).isEmpty }
                #expect(try await node.records("operation=models.pin").count == 2)
                #expect(try await node.records("operation=models.unpin").count == 1)
            }
        }

        @Test("A model that does not fit is refused with what would help, and other models are served")
        func shortage() async throws {
            try await TestNode.withSmolLM({ $0.environment["HOLDFAST_MEMORY_BUDGET"] = "100MiB" }) { node in
                let answer = try await node.chat("smol")
                #expect(answer.status == 503 && answer.code == "insufficient_memory", "\(answer.text)")
                #expect(answer.headers["retry-after"] == "30")
                #expect(answer.text.contains("smol") && answer.text.contains("MiB"))
                let loaded = try await node.cli("model", "load", "smol")
                #expect(loaded.status == 75 && loaded.errors.contains("holdfast model footprint smol"), "\(loaded.errors)")
                let footprint = try await node.cli("model", "footprint", "smol").succeeded().output
                for part in ["Q4_1 (now)", "F16", "Q8_0", "Q5_1", "Q4_0", "no"] { #expect(footprint.contains(part)) }
                let ranked = try await node.cli("model", "recommend", "--task", "chat", "--json").succeeded().json
                #expect(ranked["choices"][0]["suits"] == false)
                let enough = try await node.cli("model", "recommend", "--task", "chat", "--memory", "1GiB").succeeded().output
                #expect(enough.contains("has a chat template"))
                #expect(try await node.cli("model", "recommend", "--task", "cooking").status == 64)
            }
        }

        /// One slot, held by a request that never ends, and a policy that lets the application socket `kiosk` be interactive.
        private static func withQueue(_ body: (TestNode, _ kiosk: String) async throws -> Void) async throws {
            try await TestNode.with({
                $0.scriptedEngine = true
                $0.environment = ["HOLDFAST_ENGINE_SLOTS": "1", "HOLDFAST_ENGINE_QUEUE_PER_SUBJECT": "10", "HOLDFAST_DRAIN_SECONDS": "1"]
                $0.policies["kiosk.yaml"] = """
                    version: 1
                    bindings:
                      - {role: user, subjects: ["app:kiosk"], priority: interactive}
                      - {role: user, subjects: ["app:quiet"]}
                    """
            }) { node in
                try await node.add("m", script: "say:hold")
                for name in ["kiosk", "quiet"] { _ = try await node.cli("access", "socket", "create", name).succeeded() }
                try await body(node, "\(node.runtime)/apps")
            }
        }

        /// Who was answered, in order: `uid:0`, `app:kiosk`.
        private static func answered(_ node: TestNode) async throws -> [String] {
            try await node.records("operation=inference.chat&limit=1000").reversed()
                .filter { $0["phase"] == "outcome" && $0["outcome"]["result"] == "ok" }
                .map { $0["actor"]["subject"].string ?? "flood" }
        }

        @Test("A flood fills its own queue and nobody else's: others get every second turn, urgent ones the next, and a full queue is 429")
        func flood() async throws {
            try await Self.withQueue { node, apps in
                var holder: EventReader? = try EventReader(
                    RawSocket(node.api), node.streamBytes(TestNode.chatBody("m", "HOLD", stream: true)))
                _ = holder?.head
                try await withThrowingTaskGroup(of: HTTPAnswer.self) { group in
                    // It says that it is urgent, and is not believed.
                    for _ in 0..<10 {
                        group.addTask { try await node.post(node.api, "/v1/chat/completions", Self.chat("m", ["priority": "interactive"])) }
                    }
                    try await eventually("the flood waits") { try await Self.queued(node) == 10 }
                    let refused = try await node.post(node.api, "/v1/chat/completions", Self.chat("m"))
                    #expect(refused.status == 429 && refused.code == "queue_full", "\(refused.text)")
                    #expect(refused.headers["retry-after"].flatMap { Int($0) } ?? 0 > 0)
                    for _ in 0..<3 {
                        group.addTask { try await node.post("\(apps)/quiet/api.sock", "/v1/chat/completions", Self.chat("m")) }
                    }
                    try await eventually("the quiet one waits") { try await Self.queued(node) == 13 }
                    for _ in 0..<2 {
                        group.addTask { try await node.post("\(apps)/kiosk/api.sock", "/v1/chat/completions", Self.chat("m")) }
                    }
                    group.addTask {
                        try await node.post("\(apps)/kiosk/api.sock", "/v1/chat/completions", Self.chat("m", ["priority": "batch"]))
                    }
                    try await eventually("all wait") { try await Self.queued(node) == 16 }
                    let waiting = try #require(try await node.engines().first?["waiting"])
                    #expect(waiting["interactive"] == 2 && waiting["normal"] == 13 && waiting["batch"] == 1, "\(waiting.text)")
                    holder = nil
                    for try await answer in group {
                        #expect(answer.status == 200, "\(answer.text)")
                        #expect(try answer.json["timings"]["queued_ms"].integer ?? -1 >= 0)
                    }
                }
                let order = try await eventually("all outcomes are recorded") {
                    let order = try await Self.answered(node)
                    return order.count == 16 ? order : nil
                }
                // An outcome may be written a moment after the next one's: places are given with some room.
                let kiosk = order.indices.filter { order[$0] == "app:kiosk" }
                #expect(kiosk[0] < 3 && kiosk[1] < 4, "\(order)")
                #expect((6...10).contains(kiosk[2]), "what asked for less has a turn after eight others: \(order)")
                let quiet = order.indices.filter { order[$0] == "app:quiet" }
                #expect(quiet.count == 3 && quiet[2] < 11, "\(order)")
            }
        }

        @Test("A crash loop ends in a state that is shown everywhere, and a load by hand ends the state")
        func crashLoop() async throws {
            try await TestNode.with({ $0.scriptedEngine = true }) { node in
                try await node.add("ill", script: "say:die")
                for number in 1...3 {
                    _ = try await node.chat("ill")
                    try await eventually("the crash is recorded") { try await node.records("operation=engine.exit").count == number }
                }
                let answer = try await node.chat("ill")
                #expect(answer.status == 503 && answer.code == "model_failed", "\(answer.text)")
                #expect(answer.headers["retry-after"] != nil)
                try await eventually("it is recorded") { try await node.records("operation=engine.gave-up").count == 1 }
                #expect(try await node.records("operation=engine.start").count == 3, "it is not started any more")
                #expect(try await node.cli("ps").succeeded().output.contains("failed"))
                #expect(try await node.cli("model", "show", "ill").succeeded().output.contains("failed"))
                let status = try await node.status()
                #expect(status["health"] == "degraded" && status["next"] == "holdfast model load ill:latest")
                #expect(try await node.cli("model", "load", "ill").status == 0)
                #expect(try await node.status()["health"] == "ok")
            }
        }
    }
}
