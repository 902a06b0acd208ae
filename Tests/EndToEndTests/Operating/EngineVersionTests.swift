import Foundation
import HoldfastTestSupport
import Testing

extension EndToEnd {
    @Suite("Installing, choosing and leaving engines")
    struct EngineVersionTests {
        /// An archive whose engine answers, packed by the system's own tar.
        private static func archive(_ name: String, in node: TestNode, compressed: Bool = true) async throws -> String {
            let folder = "\(node.folder)/pack-\(name)"
            try FileManager.default.createDirectory(atPath: folder + "/bin", withIntermediateDirectories: true)
            let script = try String(contentsOfFile: SourceTree.fixture("scripted-engine.py"), encoding: .utf8)
            try Data((script + "# \(name)\n").utf8).write(to: URL(filePath: folder + "/bin/llama-server"))
            chmod(folder + "/bin/llama-server", 0o755)
            let file = "\(node.folder)/\(name).tar\(compressed ? ".gz" : "")"
            try await TestProcess.run(
                "/bin/tar", ["-C", folder, compressed ? "-czf" : "-cf", file, "."], environment: ["PATH": "/usr/bin:/bin"]
            )
            .succeeded()
            return file
        }

        private static func list(_ node: TestNode) async throws -> JSONValue {
            try JSONValue(parsing: try await node.cli("engine", "list", "--json").succeeded().output)
        }

        @Test("an installed engine is tried, used, rolled back and removed, and each step is a record")
        func life() async throws {
            try await TestNode.with({ $0.scriptedEngine = true }) { node in
                try await node.add("m")
                #expect(try await node.chat("m").status == 200)
                let file = try await Self.archive("new-engine", in: node)
                let installed = try await node.cli("engine", "install", file).succeeded()
                #expect(installed.output.contains("Installed new-engine (7 (scripted), sha256:"))
                #expect(installed.output.contains("holdfast engine use new-engine"))
                #expect(try await node.cli("engine", "install", file).succeeded().output.contains("was installed already"))

                var engines = try await Self.list(node)["engines"].array
                #expect(engines.first { $0["in_use"].bool == true }?["id"].string == "configured")
                let before = try await node.engines().first?["pid"].integer
                let used = try await node.cli("engine", "use", "new-engine").succeeded()
                #expect(used.output.contains("1 loaded model"))
                #expect(try await node.chat("m").status == 200)
                #expect(try await node.engines().first?["pid"].integer != before)
                #expect(try await node.status()["engine"]["path"].string?.hasPrefix(node.state + "/engines/") == true)

                #expect(try await node.cli("engine", "remove", "new-engine").status == 6)
                try await node.stop()
                try await node.start()
                #expect(try await node.chat("m").status == 200)
                #expect(try await node.status()["engine"]["path"].string?.hasPrefix(node.state + "/engines/") == true)

                try await node.cli("engine", "rollback").succeeded()
                #expect(try await node.chat("m").status == 200)
                #expect(try await node.status()["engine"]["path"].string?.hasPrefix(node.state) == false)
                engines = try await Self.list(node)["engines"].array
                #expect(engines.first { $0["previous"].bool == true }?["name"].string == "new-engine")

                let operations = try await node.records().compactMap { $0["op"].string }.filter { $0.hasPrefix("engines.") }
                #expect(
                    Array(operations.reversed().filter { $0 != "engines.list" }.prefix(6)) == [
                        "engines.install", "engines.install", "engines.install", "engines.install", "engines.use", "engines.remove",
                    ])
                #expect(operations.contains("engines.rollback"))
                #expect(try await node.cli("audit", "verify").status == 0)
            }
        }

        @Test("what is no engine, another archive, or hostile is refused, and the one in use stays")
        func refused() async throws {
            try await TestNode.with({ $0.scriptedEngine = true }) { node in
                func refuse(_ file: String, _ code: String, _ more: String...) async throws {
                    let answer = try await TestProcess.run(
                        SourceTree.program("holdfast"), ["engine", "install", file, "--name", "x", "--json"] + more,
                        environment: ["HOLDFAST_RUNTIME": node.runtime, "PATH": "/usr/bin:/bin"])
                    #expect(answer.errors.contains("\"\(code)\""), "\(answer.errors)")
                    #expect(answer.status == 65)
                }
                let folder = node.folder + "/bad"
                try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: false)
                try Data("#!/bin/sh\nexit 3\n".utf8).write(to: URL(filePath: folder + "/llama-server"))
                chmod(folder + "/llama-server", 0o755)
                func pack(_ name: String, _ arguments: String...) async throws -> String {
                    let file = "\(node.folder)/\(name).tar"
                    try await TestProcess.run("/bin/tar", ["-C", folder, "-cf", file] + arguments, environment: [:]).succeeded()
                    return file
                }
                try await refuse(try await pack("dies", "."), "engine_invalid")
                try await refuse(try await pack("outside", "-P", "../bad/llama-server"), "archive_invalid")
                try FileManager.default.linkItem(atPath: folder + "/llama-server", toPath: folder + "/second")
                try await refuse(try await pack("hardlink", "."), "archive_invalid")
                let good = try await Self.archive("good", in: node)
                try await refuse(good, "archive_invalid", "--digest", "sha256:" + String(repeating: "0", count: 64))
                #expect(try await Self.list(node)["engines"].array.allSatisfy { $0["id"].string?.hasPrefix("sha256:") == false })
                #expect(try FileManager.default.contentsOfDirectory(atPath: node.state + "/engines").isEmpty)
            }
        }

        @Test("an installed engine that was changed on the disk is not started")
        func changed() async throws {
            try await TestNode.with({ $0.scriptedEngine = true }) { node in
                try await node.add("m")
                try await node.cli("engine", "install", try await Self.archive("e", in: node, compressed: false)).succeeded()
                try await node.cli("engine", "use", "e").succeeded()
                #expect(try await node.chat("m").status == 200)
                try await node.cli("model", "unload", "m").succeeded()
                let path = try #require(try await node.status()["engine"]["path"].string)
                chmod(path, 0o755)
                let handle = try FileHandle(forWritingTo: URL(filePath: path))
                try handle.seekToEnd()
                try handle.write(contentsOf: Data("\n# changed\n".utf8))
                try handle.close()
                let answer = try await node.chat("m")
                #expect(answer.status == 503)
                #expect(answer.text.contains("engine_untrusted"))
                let status = try await node.status()
                #expect(status["health"].string == "degraded")
                try await node.cli("engine", "rollback").succeeded()
                #expect(try await node.chat("m").status == 200)
            }
        }
    }
}
