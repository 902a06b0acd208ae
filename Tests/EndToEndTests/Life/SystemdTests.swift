import Foundation
import HoldfastTestSupport
import Testing

extension EndToEnd {
    /// What systemd does for a service, done by `Tests/Fixtures/supervisor.py`: sockets passed in, READY and WATCHDOG taken.
    @Suite struct SystemdTests {
        private static func supervised(_ node: TestNode, _ arguments: [String], _ environment: [String: String] = [:]) throws -> TestProcess
        {
            try TestProcess(
                "/usr/bin/python3",
                ["-IB", SourceTree.fixture("supervisor.py")] + arguments + ["--", SourceTree.program("holdfastd")] + node.arguments,
                environment: node.environment.merging(environment) { $1 })
        }

        @Test("Inherited sockets are served by their names, and stay their owner's")
        func inherited() async throws {
            let node = try TestNode()
            let (api, admin) = (node.folder + "/a.sock", node.folder + "/b.sock")
            // The other way round, so that the names and not the numbers decide.
            let process = try Self.supervised(node, ["--listen", "admin=\(admin)", "--listen", "api=\(api)"])
            try await eventually("it serves") {
                if let status = process.status() { throw TestFailure("ended with \(status): \(process.errors)") }
                return (try? await node.get(admin, "/holdfast/v1/status").status) == 200
            }
            #expect(try await node.get(api, "/v1/models").status == 200)
            #expect(try await node.get(api, "/holdfast/v1/status").status == 404)
            #expect(!FileManager.default.fileExists(atPath: node.api), "it bound none of its own")
            process.signal(SIGTERM)
            #expect(try await process.finished().status == 0)
            #expect(FileManager.default.fileExists(atPath: api) && FileManager.default.fileExists(atPath: admin))
            try await node.remove()
        }

        @Test("One inherited socket is enough: the other it binds itself")
        func oneInherited() async throws {
            let node = try TestNode()
            let api = node.folder + "/a.sock"
            let process = try Self.supervised(node, ["--listen", "api=\(api)"])
            try await node.waitUntilServing(process)
            #expect(try await node.get(api, "/v1/models").status == 200)
            process.signal(SIGTERM)
            #expect(try await process.finished().status == 0)
            try await node.remove()
        }

        @Test("A socket of an unknown name is refused, and one for another process is not taken")
        func names() async throws {
            let node = try TestNode()
            let wrong = try await Self.supervised(node, ["--listen", "web=\(node.folder)/a.sock"]).finished()
            #expect(wrong.status == 78 && wrong.errors.contains("web"), "\(wrong)")
            let process = try Self.supervised(node, ["--listen", "api=\(node.folder)/b.sock", "--wrong-pid"])
            try await node.waitUntilServing(process)
            #expect(FileManager.default.fileExists(atPath: node.api), "LISTEN_PID is not ours, so the sockets are not")
            process.signal(SIGTERM)
            _ = try await process.finished()
            try await node.remove()
        }

        @Test(
            "systemd-socket-activate's descriptors are served",
            .enabled(if: FileManager.default.isExecutableFile(atPath: "/usr/bin/systemd-socket-activate"), "systemd is not installed"))
        func socketActivate() async throws {
            let node = try TestNode()
            let api = node.folder + "/a.sock"
            let process = try TestProcess(
                "/usr/bin/systemd-socket-activate",
                ["--listen=\(api)", "--fdname=api"] + node.environment.map { "--setenv=\($0)=\($1)" } + [SourceTree.program("holdfastd")]
                    + node.arguments)
            // It starts the service at the first connection.
            try await eventually("it serves") {
                if let status = process.status() { throw TestFailure("ended with \(status): \(process.errors)") }
                return (try? await node.get(api, "/healthz").status) == 200
            }
            process.signal(SIGTERM)
            #expect(try await process.finished().status == 0)
            try await node.remove()
        }

        @Test("READY is said once it serves, WATCHDOG as long as it works, STOPPING at the end")
        func notifications() async throws {
            let node = try TestNode()
            let process = try Self.supervised(node, ["--notify"], ["WATCHDOG_USEC": "200000"])
            try await eventually("READY was said") {
                if let status = process.status() { throw TestFailure("ended with \(status): \(process.errors)") }
                return process.output.contains("READY=1")
            }
            #expect(try await node.get(node.api, "/healthz").status == 200, "READY means that it serves now")
            try await eventually("it says that it lives") { process.output.components(separatedBy: "WATCHDOG=1").count > 3 }
            process.signal(SIGTERM)
            #expect(try await process.finished().status == 0)
            let lines = process.output.split(separator: "\n")
            #expect(lines.contains { $0.hasPrefix("STATUS=Serving") })
            let stopping = try #require(lines.firstIndex(of: "STOPPING=1"))
            #expect(!lines[stopping...].contains("READY=1") && lines.filter { $0 == "READY=1" }.count == 1)
            try await node.remove()
        }

        @Test("SIGHUP is RELOADING with the time, then READY again, also when the policies were refused")
        func reloading() async throws {
            var settings = TestNode.Settings()
            settings.policies = ["a.yaml": "version: 1\n"]
            let node = try TestNode(settings)
            let process = try Self.supervised(node, ["--notify"])
            func said(_ line: String) -> Int { process.output.split(separator: "\n").count { $0 == line } }
            try await node.waitUntilServing(process)
            try await eventually("READY was said") { said("READY=1") == 1 }
            for (round, text) in ["version: 1\n", "version: nonsense\n"].enumerated() {
                try node.write(policy: "a.yaml", text)
                process.signal(SIGHUP)
                try await eventually("READY was said again") { said("READY=1") == round + 2 }
                #expect(said("RELOADING=1") == round + 1)
            }
            let lines = process.output.split(separator: "\n")
            let reloading = try #require(lines.firstIndex(of: "RELOADING=1"))
            let time = try #require(Int64(lines[reloading + 1].replacing("MONOTONIC_USEC=", with: "")))
            #expect(time > 0, "systemd has it of CLOCK_MONOTONIC")
            process.signal(SIGTERM)
            #expect(try await process.finished().status == 0)
            try await node.remove()
        }
    }
}
