import Foundation
import HoldfastTestSupport
import Testing

extension EndToEnd {
    /// A node as the package runs it, but for systemd: the daemon has one user, engines another, and both are in a group.
    @Suite(.enabled(if: geteuid() == 0, "needs root")) struct EngineUnitTests {
        private static let daemon = "64001:64001"
        private static let engine = "64002:64002"

        private static func with(
            _ environment: [String: String] = [:], probe: Bool = false, _ body: (TestNode, TestProcess) async throws -> Void
        ) async throws {
            var settings = TestNode.Settings()
            settings.system = true
            settings.environment = environment.merging(["HOLDFAST_CONFINEMENT_GROUP": "64002"]) { $1 }
            let node = try TestNode(settings)
            var variables = node.environment
            if probe {
                try FileManager.default.copyItem(atPath: SourceTree.fixture("probe-engine.py"), toPath: node.folder + "/llama-server")
                chmod(node.folder + "/llama-server", 0o755)
                variables["HOLDFAST_ENGINE_PATH"] = node.folder + "/llama-server"
            }
            for (folder, mode) in [(node.state, mode_t(0o700)), (node.runtime, 0o755)] {
                try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: false)
                guard chown(folder, 64001, 64001) == 0, chmod(folder, mode) == 0 else { throw TestFailure("chown") }
            }
            let socket = try TestProcess(
                "/usr/bin/python3",
                ["-IB", SourceTree.fixture("engine-socket.py"), node.runtime + "/engine.sock", "--owner", daemon, "--as", engine, "--"]
                    + [SourceTree.program("holdfast-confine"), "--supervise"])
            try await eventually("it listens") { socket.output.contains("listening") }
            let process = try TestProcess(
                "/usr/bin/setpriv",
                ["--reuid=64001", "--regid=64001", "--groups=64002", SourceTree.program("holdfastd")] + node.arguments,
                environment: variables)
            do {
                try await node.waitUntilServing(process)
                try await body(node, process)
            } catch {
                throw TestFailure("\(error)\nholdfastd said: \(process.errors.suffix(2000))")
            }
            process.signal(SIGTERM)
            _ = try await process.finished()
            socket.signal(SIGTERM)
            _ = try await socket.finished()
            try await node.remove()
        }

        @Test("The real engine answers as another user, and what it computed goes to the daemon's files and back")
        func answers() async throws {
            try await Self.with { node, process in
                try await node.addSmolLM()
                let ask = PrefixRestartTests.chat("Which valve is first?", "smol")
                #expect(try await PrefixRestartTests.ask(node, ask, "/v1/chat/completions").cached == 0)
                let pid = try #require(try await node.engines().first?["pid"].integer)
                let status = try String(contentsOfFile: "/proc/\(pid)/status", encoding: .utf8)
                #expect(status.contains("Uid:\t64002\t64002\t64002\t64002\n") && status.contains("Seccomp:\t2\n"), "\(status)")
                #expect(try await node.status()["engine"]["launcher"] == "systemd")
                try await eventually("the supervisor says what it uses") {
                    try await node.status()["memory"]["engines_bytes"].integer ?? 0 > 1 << 20
                }
                // Its slot is saved before it ends.
                try await node.cli("model", "unload", "smol").succeeded()
                try await eventually("it is gone") { RunningProcesses.commandLine(Int32(pid)) == nil }
                let again = try await PrefixRestartTests.ask(node, ask, "/v1/chat/completions")
                #expect(again.cached > 280, "\(again)")
                let exit = try #require(try await node.records("operation=engine.exit").first)
                #expect(exit["outcome"]["result"] == "ok", "\(exit)")
                #expect(process.status() == nil)
            }
        }

        @Test("With the daemon goes the engine, also by kill -9")
        func killed() async throws {
            try await Self.with { node, process in
                try await node.addSmolLM()
                #expect(try await node.chat("smol").status == 200)
                let pid = try #require(try await node.engines().first?["pid"].integer)
                process.signal(SIGKILL)
                try await eventually("it died with the daemon") { RunningProcesses.commandLine(Int32(pid)) == nil }
            }
        }

        @Test("Without Landlock, the user alone keeps it from registry, keys and other models; with it, also from other engines' folders")
        func separation() async throws {
            try await Self.with(["HOLDFAST_CONFINEMENT_LANDLOCK": "off"], probe: true) { node, process in
                try await node.add("other")
                let blobs = node.state + "/blobs/sha256/"
                let blob = blobs + (try #require(try FileManager.default.contentsOfDirectory(atPath: blobs).first))
                let secrets = [node.state + "/holdfast.db", node.state + "/keys/audit.ed25519", blob]
                for (index, path) in secrets.enumerated() {
                    try await node.add("p\(index)", script: "probe:read arg:\(path)")
                    let answer = try await node.chat("p\(index)")
                    #expect(answer.status == 502, "\(answer.text)")
                    try await eventually("it said so") { process.errors.contains("probe: read: denied EACCES") }
                }
                #expect(!process.errors.contains(": done"))
            }
            try await Self.with(probe: true) { node, process in
                let other = node.runtime + "/engines/other"
                try FileManager.default.createDirectory(atPath: other, withIntermediateDirectories: true)
                for path in [node.runtime + "/engines", other] where chown(path, 64001, 64002) != 0 || chmod(path, 0o770) != 0 {
                    throw TestFailure("chown \(path)")
                }
                try await node.add("p", script: "probe:list arg:\(other)")
                #expect(try await node.chat("p").status == 502)
                try await eventually("it said so") { process.errors.contains("probe: list: denied EACCES") }
            }
        }

        @Test("A daemon that is not in the group says so, and what to do")
        func group() async throws {
            let refused = try await TestProcess.run(
                SourceTree.program("holdfastd"), ["--runtime", "/tmp/hf-none", "--state", "/tmp/hf-none-state"],
                environment: ["HOLDFAST_ENGINE_LAUNCHER": "systemd", "HOLDFAST_CONFINEMENT_GROUP": "no-such-group"])
            #expect(refused.status == 78 && refused.errors.contains("no group 'no-such-group'"), "\(refused)")
            #expect(refused.errors.contains("systemd-sysusers"))
            rmdir("/tmp/hf-none")
        }
    }
}
