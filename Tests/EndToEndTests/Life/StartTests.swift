import Foundation
import HoldfastTestSupport
import Testing

extension EndToEnd {
    /// Starting: what is in the way is said, and what belongs to another is left alone.
    @Suite struct StartTests {
        @Test("A second daemon on the same state or the same sockets is refused, and the first goes on")
        func second() async throws {
            try await TestNode.with { node in
                try await node.add("m")
                let other = try TestNode()
                for (state, runtime, words) in [
                    (node.state, other.runtime, "state"), (other.state, node.runtime, "api.sock"), (node.state, node.runtime, "Another"),
                ] {
                    let finished = try await TestProcess.run(
                        SourceTree.program("holdfastd"), ["--state", state, "--runtime", runtime], environment: node.environment)
                    #expect(finished.status == 6 && finished.errors.contains(words), "\(words): \(finished)")
                    #expect(finished.errors.contains("try:"), "it says what to do: \(finished.errors)")
                    #expect(try await node.get(node.api, "/healthz").status == 200)
                    #expect(try await node.get(node.admin, "/healthz").status == 200)
                }
                #expect(!FileManager.default.fileExists(atPath: other.state), "who cannot serve leaves no state behind")
                #expect(try await node.cli("model", "list", "--json").json["models"].array.count == 1)
                #expect(try await node.cli("audit", "verify").status == 0)
                try await other.remove()
            }
        }

        @Test("The socket of a daemon that was killed is replaced; a file that is no socket is left alone")
        func stale() async throws {
            let node = try TestNode()
            try await node.start()
            #expect(try await node.stop(SIGKILL) == 128 + SIGKILL)
            #expect(FileManager.default.fileExists(atPath: node.api))
            try await node.start()
            #expect(try await node.get(node.api, "/healthz").status == 200)
            let daemon = try node.daemon
            #expect(try await node.stop() == 0)
            #expect(["serving", "stopping", "stopped"].allSatisfy { daemon.errors.contains(" \($0)") }, "\(daemon.errors)")
            #expect(!FileManager.default.fileExists(atPath: node.api), "nobody serves, and the file says so")
            try Data("mine".utf8).write(to: URL(filePath: node.api))
            let refused = try await node.spawn().finished()
            #expect(refused.status != 0 && refused.errors.contains("api.sock"))
            #expect(try String(contentsOfFile: node.api, encoding: .utf8) == "mine")
            try await node.remove()
        }

        @Test("The sockets' modes: api for everybody, admin not; nobody else looks into the state")
        func modes() async throws {
            try await TestNode.with { node async throws in
                func mode(_ path: String) throws -> Int? {
                    try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
                }
                #expect(try mode(node.api) == 0o666)
                #expect(try mode(node.admin) == 0o660)
                #expect(try (mode(node.state) ?? 0o777) & 0o077 == 0)
            }
        }

        @Test("A socket path that is too long, a misspelt setting and a relative path are refused with their place")
        func configuration() async throws {
            let node = try TestNode()
            let file = node.folder + "/holdfast.yaml"
            func refused(_ arguments: [String], _ environment: [String: String] = [:]) async throws -> TestProcess.Finished {
                try await TestProcess.run(SourceTree.program("holdfastd"), arguments, environment: environment)
            }
            let deep = node.folder + "/" + String(repeating: "d", count: 100)
            let long = try await refused(["--state", node.state, "--runtime", deep])
            #expect(long.status == 78 && long.errors.contains("107"), "\(long)")
            try Data("engine:\n  treads: 2\n".utf8).write(to: URL(filePath: file))
            let misspelt = try await refused(node.arguments + ["--config", file])
            #expect(
                misspelt.status == 78 && misspelt.errors.contains("holdfast.yaml:2") && misspelt.errors.contains("engine.threads"),
                "\(misspelt)")
            let variable = try await refused(node.arguments, ["HOLDFAST_ENGINE_SLOTS": "many"])
            #expect(variable.status == 78 && variable.errors.contains("HOLDFAST_ENGINE_SLOTS"), "\(variable)")
            try await node.remove()
        }

        @Test(
            "It runs without any privilege, and its user holds the roles", .enabled(if: OtherUser.canBecome, "only root can become another")
        )
        func unprivileged() async throws {
            let node = try TestNode()
            let user = OtherUser(uid: 1234)
            chown(node.folder, 1234, 1234)
            let process = try TestProcess(
                "/usr/bin/setpriv", ["--reuid=1234", "--regid=1234", "--clear-groups", SourceTree.program("holdfastd")] + node.arguments,
                environment: node.environment)
            try await eventually("it serves") {
                if let status = process.status() { throw TestFailure("ended with \(status): \(process.errors)") }
                return (try? await user.send("GET", node.admin, "/healthz").status) == 200
            }
            let program = try SourceTree.program("holdfast")
            let environment = ["HOLDFAST_RUNTIME": node.runtime]
            let added = try await user.run(program, ["model", "add", Installed.smolLM(), "--name", "smol"], environment: environment)
            #expect(added.status == 0, "\(added)")
            let answer = try await user.run(program, ["run", "smol", "--max-tokens", "4", "Hello"], environment: environment)
            #expect(answer.status == 0 && !answer.output.isEmpty, "\(answer)")
            #expect(try await OtherUser(uid: 1235).send("GET", node.api, "/v1/models").status == 403)
            process.signal(SIGTERM)
            #expect(try await process.finished().status == 0)
            try await node.remove()
        }
    }
}
