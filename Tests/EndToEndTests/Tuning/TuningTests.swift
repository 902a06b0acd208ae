import Foundation
import Glibc
import HoldfastTestSupport
import Testing

extension EndToEnd {
    /// `holdfast model tune` through the real programs, on an engine whose speed follows from its arguments (`say:speed`).
    @Suite struct TuningTests {
        private static func with<Value: Sendable>(_ body: (TestNode) async throws -> Value) async throws -> Value {
            try await TestNode.with({ $0.scriptedEngine = true }) { node in
                try await node.add("fast", script: "say:speed say:hold")
                return try await body(node)
            }
        }

        /// Whether the model's engine was started with what is fastest.
        private static func usesChoice(_ node: TestNode) async throws -> Bool {
            #expect(try await node.chat("fast").status == 200)
            let pid = try #require(try await node.engines().first?["pid"].integer)
            let words = try String(contentsOfFile: "/proc/\(pid)/cmdline", encoding: .utf8).split(separator: "\0")
            return words.contains("256") && words.contains("off")
        }

        /// What the node counts for one batch.
        private static func computeBytes(_ node: TestNode) async throws -> Int64 {
            let footprint = try await node.get(node.admin, "/holdfast/v1/models/fast/footprint").json
            return try #require(footprint["rows"][0]["parts"]["compute_bytes"].integer)
        }

        private static func engineFolders(_ node: TestNode) -> [String] {
            (try? FileManager.default.contentsOfDirectory(atPath: node.runtime + "/engines")) ?? []
        }

        @Test("What is faster is stored, recorded with its gain, shown, and used from then on, also after a restart; --reset goes back")
        func choice() async throws {
            try await Self.with { node in
                #expect(try await !Self.usesChoice(node))
                let before = try await Self.computeBytes(node)
                let tuned = try await node.cli("model", "tune", "fast", "--seconds", "100", "--json").succeeded()
                let result = try tuned.json
                #expect(result["stored"] == true && result["best"]["settings"]["micro_batch"] == 256, "\(result)")
                #expect(result["best"]["settings"]["flash_attention"] == false && result["unsupported"].array.count == 3, "\(result)")
                #expect(tuned.errors.contains("one setting changed at a time"), "\(tuned.errors)")
                let records = try await node.records("operation=models.tune")
                #expect(records.map { $0["phase"] } == ["outcome", "intent"] && records[0]["outcome"]["result"] == "ok")
                // 7.0 ms and 10 ms a token become 5.8 and 6.7.
                #expect((1390...1410).contains(records[0]["params"]["gain_milli"].integer ?? 0), "\(records[0])")
                #expect(records[0]["params"]["stored"] == 1 && records[0]["params"]["micro_batch"] == 256)
                #expect(records[0]["resource"]["name"] == "fast:latest")

                #expect(try await Self.computeBytes(node) > before, "larger micro-batches without flash attention take more memory")
                // The idle engine with the old settings has gone for it.
                #expect(try await Self.usesChoice(node))
                #expect(try await node.engines()[0]["tuning"]["micro_batch"] == 256)
                #expect(try await node.cli("model", "show", "fast").succeeded().output.contains("no flash attention; 1.4 × as fast"))
                try await node.stop()
                try await node.start()
                #expect(try await Self.usesChoice(node))

                let reset = try await node.cli("model", "tune", "fast", "--reset").succeeded()
                #expect(reset.output.contains("own settings again"), "\(reset.output)")
                #expect(try await node.records("operation=models.tune-reset").first?["outcome"]["result"] == "ok")
                try await eventually("the idle engine goes") { try await node.engines().isEmpty }
                #expect(try await !Self.usesChoice(node))
                #expect(try await node.get(node.admin, "/holdfast/v1/models/fast").json["tuning"] == .null)
            }
        }

        @Test("A choice for another engine is not used, and that is said; with the old engine it counts again")
        func otherEngine() async throws {
            try await Self.with { node in
                try await node.cli("model", "tune", "fast", "--seconds", "100").succeeded()
                let path = node.folder + "/llama-server"
                let program = try Data(contentsOf: URL(filePath: path))
                try await node.stop()
                try (program + Data("# a newer one\n".utf8)).write(to: URL(filePath: path))
                try await node.start()
                #expect(try await !Self.usesChoice(node))
                #expect(try await node.engines()[0]["tuning"] == .null)
                let shown = try await node.cli("model", "show", "fast").succeeded().output
                #expect(shown.contains("not used: it was measured with another engine") && shown.contains("holdfast model tune fast"))
                try await node.stop()
                try program.write(to: URL(filePath: path))
                try await node.start()
                #expect(try await Self.usesChoice(node))
            }
        }

        @Test("Ctrl-C ends it: no engine stays, nothing is changed, and the record says cancelled")
        func interrupted() async throws {
            try await Self.with { node in
                let command = try TestProcess(
                    SourceTree.program("holdfast"), ["model", "tune", "fast"], environment: ["HOLDFAST_RUNTIME": node.runtime])
                try await eventually("an engine is started") { !Self.engineFolders(node).isEmpty }
                let second = try await node.cli("model", "tune", "fast")
                #expect(second.status == 75 && second.errors.contains("is being measured"), "\(second)")
                command.signal(SIGINT)
                #expect(try await command.finished().status != 0)
                try await eventually("the outcome is recorded") {
                    try await node.records("operation=models.tune").contains { $0["outcome"]["result"] == "cancelled" }
                }
                #expect(Self.engineFolders(node).isEmpty)
                #expect(try await node.get(node.admin, "/holdfast/v1/models/fast").json["tuning"] == .null)
                #expect(try await !Self.usesChoice(node))
            }
        }

        @Test("A node that is told to end does not wait for it, leaves no engine behind and writes the outcome")
        func nodeEnds() async throws {
            try await Self.with { node in
                let command = try TestProcess(
                    SourceTree.program("holdfast"), ["model", "tune", "fast"], environment: ["HOLDFAST_RUNTIME": node.runtime])
                try await eventually("an engine is started") { !Self.engineFolders(node).isEmpty }
                #expect(try await node.stop() == 0)
                #expect(Self.engineFolders(node).isEmpty)
                #expect(try await command.finished().status == 130)
                try await node.start()
                let outcomes = try await node.records("operation=models.tune").filter { $0["phase"] == "outcome" }
                #expect(outcomes.map { $0["outcome"]["result"] } == ["cancelled"], "\(outcomes)")
            }
        }

        @Test("Requests come first: while one is answered nothing is measured, and the search goes on after it")
        func requestsComeFirst() async throws {
            try await Self.with { node in
                let socket = try RawSocket(node.api)
                let held = try EventReader(socket, node.streamBytes(TestNode.chatBody("fast", "HOLD", stream: true)))
                #expect(held.head.status == 200)
                let command = try TestProcess(
                    SourceTree.program("holdfast"), ["model", "tune", "fast", "--seconds", "100", "--json"],
                    environment: ["HOLDFAST_RUNTIME": node.runtime])
                try await eventually("it says that it waits") { command.errors.contains("they come first") }
                #expect(Self.engineFolders(node).count == 1, "the one that answers")
                shutdown(socket.descriptor, Int32(SHUT_RDWR))
                let result = try await command.finished().succeeded().json
                #expect(result["stored"] == true, "\(result)")
            }
        }

        @Test("What cannot be asked is refused with the field, and by the command line before the node is asked")
        func refusals() async throws {
            try await Self.with { node in
                let bodies: [(JSONValue, String)] = [
                    (["seconds": 5], "seconds"), (["seconds": "x"], "seconds"), (["allow_q8_cache": 1], "allow_q8_cache"),
                ]
                for (body, field) in bodies {
                    let answer = try await node.post(node.admin, "/holdfast/v1/models/fast/tune", body)
                    #expect(answer.status == 400 && answer.text.contains(field), "\(body): \(answer.text)")
                }
                #expect(try await node.cli("model", "tune", "fast", "--seconds", "5").status == 64)
                #expect(try await node.cli("model", "tune", "nobody").status == 5)
                #expect(try await node.cli("model", "tune", "fast", "--reset").succeeded().output.contains("Nothing was chosen"))
            }
        }
    }
}
