import Foundation
import HoldfastTestSupport
import Testing

extension EndToEnd {
    /// Engines that want more than they are given, under a real daemon: what they reach for, what becomes of them, and what is recorded.
    @Suite struct ConfinementTests {
        /// A node whose engine is `Tests/Fixtures/probe-engine.py`.
        private static func withProbe<Value: Sendable>(_ body: (TestNode) async throws -> Value) async throws -> Value {
            let folder = try TemporaryFolder.make()
            defer { try? FileManager.default.removeItem(atPath: folder) }
            try FileManager.default.copyItem(atPath: SourceTree.fixture("probe-engine.py"), toPath: folder + "/llama-server")
            chmod(folder + "/llama-server", 0o755)
            return try await TestNode.with({ $0.environment = ["HOLDFAST_ENGINE_PATH": folder + "/llama-server"] }, body)
        }

        private static func failedStart(of model: String, _ node: TestNode) async throws -> JSONValue {
            try await eventually("the failed start of \(model) is recorded") {
                try await node.records("operation=engine.start&model=\(model)").first
            }
        }

        @Test("A hostile engine reaches nothing of the node's: files, sockets, process")
        func probe() async throws {
            try await Self.withProbe { node in
                try await node.add("other")
                let blobs = node.state + "/blobs/sha256/"
                let blob = blobs + (try #require(try FileManager.default.contentsOfDirectory(atPath: blobs).first))
                let pid = try #require(try await node.status()["pid"].integer)
                let attempts: [(name: String, target: String, code: String, said: String?)] = [
                    ("read", node.state + "/holdfast.db", "engine_failed", "EACCES"),
                    ("read", node.state + "/keys/audit.ed25519", "engine_failed", "EACCES"),
                    ("read", blob, "engine_failed", "EACCES"), ("append", blob, "engine_failed", "EACCES"),
                    ("list", node.runtime, "engine_failed", "EACCES"), ("write", node.folder + "/outside", "engine_failed", "EACCES"),
                    ("read", "/etc/shadow", "engine_failed", "EACCES"), ("read", "/proc/\(pid)/environ", "engine_failed", "EACCES"),
                    ("connect", node.admin, "engine_violation", nil), ("connect", node.api, "engine_violation", nil),
                    ("signal", String(pid), "engine_violation", nil), ("ptrace", String(pid), "engine_violation", nil),
                    ("inet", "-", "engine_violation", nil), ("fork-bomb", "-", "engine_violation", nil),
                    ("unshare", "-", "engine_violation", nil), ("io_uring_setup", "-", "engine_violation", nil),
                ]
                for (index, attempt) in attempts.enumerated() {
                    let name = "probe\(index)"
                    try await node.add(name, script: "probe:\(attempt.name) arg:\(attempt.target)")
                    let answer = try await node.chat(name)
                    #expect(answer.status == 502 && answer.code == attempt.code, "\(attempt): \(answer.text)")
                    // The log is written before the record, and both after the answer.
                    let record = try await Self.failedStart(of: name, node)
                    #expect(record["outcome"]["result"] == "failed" && record["outcome"]["code"].string == attempt.code, "\(record)")
                    if let said = attempt.said {
                        #expect(node.log.contains("probe: \(attempt.name): denied \(said)"), "\(attempt): \(node.log.suffix(600))")
                    }
                }
                #expect(!node.log.contains(": done"), "no attempt worked")
                #expect(try node.daemon.status() == nil)
                #expect(try await node.cli("audit", "verify").status == 0)
            }
        }

        @Test("A forbidden call in the middle of an answer ends the engine, and the trail says why")
        func violation() async throws {
            try await TestNode.with({ $0.scriptedEngine = true }) { node in
                try await node.add("ill", script: "say:fork")
                let answer = try await node.chat("ill")
                #expect(answer.status == 502 && answer.code == "engine_violation", "\(answer.text)")
                #expect(answer.text.contains("system call"), "\(answer.text)")
                let exit = try await eventually("the exit is recorded") { try await node.records("operation=engine.exit").first }
                #expect(exit["outcome"]["code"] == "engine_violation" && exit["params"]["signal"] == 31, "\(exit)")
            }
        }

        @Test("Want of memory is told from any other kill", .enabled(if: MemoryGroup.canBeMade, "needs a memory control group to write to"))
        func outOfMemory() async throws {
            // With a reserve the node would not load anything into so small a group.
            try await TestNode.with({ ($0.scriptedEngine, $0.environment) = (true, ["HOLDFAST_MEMORY_RESERVE": "0"]) }) { node in
                try await node.add("ill", script: "say:memory")
                let pid = try #require(try await node.status()["pid"].integer)
                let group = try MemoryGroup(bytes: 256 << 20)
                defer { group.remove() }
                try group.take(Int32(pid))
                let answer = try await node.chat("ill")
                #expect(answer.status == 502 && answer.code == "engine_out_of_memory", "\(answer.text)")
                let exit = try await eventually("the exit is recorded") { try await node.records("operation=engine.exit").first }
                #expect(exit["outcome"]["code"] == "engine_out_of_memory" && exit["params"]["signal"] == 9, "\(exit)")
                #expect(try node.daemon.status() == nil, "the kernel took the engine and not the daemon")
                try group.release(Int32(pid))
            }
        }

        @Test("A layer that is required and missing: no engine, a clear error, a record; best_effort goes on without it")
        func failsClosed() async throws {
            let settings = ["HOLDFAST_CONFINEMENT_LANDLOCK_VERSION": "999"]
            try await TestNode.with({ ($0.scriptedEngine, $0.environment) = (true, settings) }) { node in
                try await node.add("m")
                let answer = try await node.chat("m")
                #expect(answer.status == 503 && answer.code == "engine_unconfined", "\(answer.text)")
                #expect(answer.text.contains("landlock") && answer.text.contains("version 999 is required"), "\(answer.text)")
                let loaded = try await node.cli("model", "load", "m")
                #expect(loaded.status == 8 && loaded.errors.contains("holdfast doctor"), "\(loaded)")
                let record = try await Self.failedStart(of: "m", node)
                #expect(record["outcome"]["code"] == "engine_unconfined")
                #expect(try await node.engines().isEmpty)
            }
            let tolerant = settings.merging(["HOLDFAST_CONFINEMENT_LANDLOCK": "best_effort"]) { $1 }
            try await TestNode.with({ ($0.scriptedEngine, $0.environment) = (true, tolerant) }) { node in
                try await node.add("m")
                #expect(try await node.chat("m").status == 200)
            }
            try await TestNode.with({
                ($0.scriptedEngine, $0.environment) = (true, ["HOLDFAST_CONFINEMENT_OWN_USER": "required"])
            }) { node in
                try await node.add("m")
                let answer = try await node.chat("m")
                #expect(answer.status == 503 && answer.code == "engine_unconfined" && answer.text.contains("own_user"), "\(answer.text)")
            }
        }

        @Test(
            "On a kernel that lacks a layer the node serves, refuses to load, and doctor says what to do",
            arguments: ["landlock", "seccomp"])
        func olderKernel(layer: String) async throws {
            var settings = TestNode.Settings()
            settings.scriptedEngine = true
            let node = try TestNode(settings)
            let fixture = SourceTree.fixture("without-layer.py")
            let process = try TestProcess(
                "/usr/bin/python3", ["-IB", fixture, layer, SourceTree.program("holdfastd")] + node.arguments, environment: node.environment
            )
            try await node.waitUntilServing(process)
            try await node.add("m")
            let answer = try await node.chat("m")
            #expect(answer.status == 503 && answer.code == "engine_unconfined" && answer.text.contains(layer), "\(answer.text)")
            process.signal(SIGTERM)
            _ = try await process.finished()
            let doctor = try await TestProcess.run(
                "/usr/bin/python3", ["-IB", fixture, layer, SourceTree.program("holdfast"), "doctor", "--json"])
            #expect(doctor.status == 9)
            let checks = try doctor.json["checks"].array
            #expect(try doctor.json["holds"] == false)
            for check in checks where check["id"].string == layer || check["id"] == "confinement" {
                #expect(check["status"] == "failed" && check["remedy"].string != nil, "\(check)")
            }
            #expect(checks.contains { $0["id"].string == layer })
            try await node.remove()
        }

        @Test("Here everything holds, and doctor says so without a node")
        func doctor() async throws {
            let finished = try await TestProcess.run(SourceTree.program("holdfast"), ["doctor"])
            #expect(finished.status == 0 && finished.output.contains("A program ran with all layers"), "\(finished)")
        }

        @Test("A model that passes at its door and not to its last byte is refused before an engine sees it")
        func hostileModel() async throws {
            try await TestNode.with({ $0.scriptedEngine = true }) { node in
                var bytes = TestModel.bytes(name: "nan")
                bytes.replaceSubrange(bytes.count - 4..<bytes.count, with: [0, 0, 0xc0, 0x7f])
                #expect(try await HTTPCall.send(node.admin, "POST", "/holdfast/v1/models/nan", body: bytes).status == 200)
                let answer = try await node.chat("nan")
                #expect(answer.status == 400 && answer.code == "model_invalid", "\(answer.text)")
                #expect(answer.text.contains("nan:latest") && answer.text.contains("norm.weight"), "\(answer.text)")
                let loaded = try await node.cli("model", "load", "nan")
                #expect(loaded.status == 65 && loaded.errors.contains("try: "), "\(loaded)")
                let record = try await Self.failedStart(of: "nan", node)
                #expect(record["outcome"]["result"] == "failed" && record["outcome"]["code"] == "model_invalid")
                #expect(!node.log.contains("engine started"))
            }
        }

        @Test("With a user of its own the real engine answers, and is nobody", .enabled(if: geteuid() == 0, "needs root"))
        func ownUser() async throws {
            try await TestNode.withSmolLM({ $0.environment = ["HOLDFAST_CONFINEMENT_USER": "nobody"] }) { node in
                // As /run and /run/holdfast are: others may pass.
                chmod(node.folder, 0o711)
                #expect(try await node.chat("smol").status == 200)
                let pid = try #require(try await node.engines().first?["pid"].integer)
                let status = try String(contentsOfFile: "/proc/\(pid)/status", encoding: .utf8)
                #expect(status.contains("Uid:\t65534\t65534\t65534\t65534\n") && status.contains("Seccomp:\t2\n"), "\(status)")
                #expect(status.contains("NoNewPrivs:\t1\n"))
                #expect(try await node.stop(SIGKILL) == 128 + SIGKILL)
                try await eventually("it died with the daemon") { RunningProcesses.commandLine(Int32(pid)) == nil }
            }
        }
    }
}
