import Foundation
import HoldfastAPI
import HoldfastTestSupport
import Testing

extension EndToEnd {
    /// The machine's clock is somewhere else, and moves while the daemon runs (libfaketime, which Debian has).
    @Suite(.enabled(if: Faketime.library != nil, "faketime is not installed")) struct ClockTests {
        private static func now() -> Int64 { Int64(Date().timeIntervalSince1970) }

        @Test("A node that boots in 1970 serves and audits; its time begins with the release; set clocks are followed, and all of it is recorded")
        func seventies() async throws {
            var settings = TestNode.Settings()
            settings.scriptedEngine = true
            let node = try TestNode(settings)
            let file = node.folder + "/offset"
            /// Seconds from the true time.
            func set(_ offset: Int64) throws {
                try Data((offset < 0 ? "\(offset)" : "+\(offset)").utf8).write(to: URL(filePath: file + ".new"))
                guard rename(file + ".new", file) == 0 else { throw TestFailure("rename") }
            }
            let fake = [
                "LD_PRELOAD": Faketime.library ?? "", "FAKETIME_TIMESTAMP_FILE": file, "FAKETIME_NO_CACHE": "1",
                "FAKETIME_DONT_FAKE_MONOTONIC": "1", "DONT_FAKE_MONOTONIC": "1",
            ]
            /// By way of env(1): the library enlarges the environment as it is loaded, and Swift finds its arguments from where that is.
            func start() async throws -> TestProcess {
                let process = try TestProcess(
                    "/usr/bin/env", [SourceTree.program("holdfastd")] + node.arguments,
                    environment: node.environment.merging(fake) { $1 })
                try await node.waitUntilServing(process)
                return process
            }
            func stop(_ process: TestProcess) async throws {
                process.signal(SIGTERM)
                #expect(try await process.finished().status == 0)
            }
            let release = HoldfastVersion.notBefore
            try set(10 - Self.now())
            let first = try await start()

            // 1970.
            try await node.add("m")
            #expect(try await node.chat("m").status == 200)
            let status = try await node.status()
            #expect(status["health"] == "degraded" && status["clock"]["trusted"] == false, "\(status)")
            #expect(status["clock"]["wall"].integer ?? .max < 3_600_000 && status["clock"]["time"].integer ?? 0 >= release)
            #expect(status["reasons"].array.contains { $0.string?.contains("1970-01-01") == true }, "\(status["reasons"])")
            #expect(try await node.cli("status").output.contains("timedatectl set-time"))
            let early = try await node.records()
            #expect(early.count >= 4)
            for record in early {
                let time = record["time"].integer ?? 0
                #expect(record["clock"] == "untrusted" && time >= release && time < release + 3_600_000, "\(record)")
            }
            let event = try await eventually("it is recorded") { try await node.records("operation=node.clock").first }
            #expect(event["params"]["trusted"] == 0 && event["params"]["wall"].integer ?? .max < 3_600_000)

            // Somebody sets it.
            try set(0)
            _ = try await eventually("that is recorded") {
                try await node.records("operation=node.clock").first { $0["params"]["trusted"] == 1 }
            }
            let before = Self.now() * 1000
            let answer = try await node.chat("m")
            let record = try #require(try await node.records(of: answer.requestID).last)
            #expect(record["clock"] == .null && abs((record["time"].integer ?? 0) - before) < 3_600_000, "\(record)")
            #expect(try await node.status()["clock"]["trusted"] == true)

            // A year ahead, and a quarter of an hour back: clocks do that, and the trail says in which order things were.
            for offset in [Int64(365 * 86_400), -900] {
                try set(offset)
                #expect(try await node.chat("m").status == 200)
            }
            let all = try await node.records()
            let order = all.map { ($0["boot"].string ?? "", $0["seq"].integer ?? -1) }
            #expect(Set(order.map(\.0)).count == 1 && order.map(\.1) == order.map(\.1).sorted(by: >), "newest first, by number")
            #expect(try await node.cli("audit", "verify").status == 0)

            // 1970 again, and a start in it: not below what the node has lived through.
            try await stop(first)
            try set(10 - Self.now())
            let second = try await start()
            let again = try await node.status()
            #expect(again["clock"]["trusted"] == false && again["started_at"].integer ?? 0 >= release, "\(again["clock"])")
            #expect(try await node.chat("m").status == 200)
            try await stop(second)
            #expect(try await node.cli("audit", "verify", "--state", node.state).status == 0)
            try await node.remove()
        }
    }
}

private enum Faketime {
    static let library = ["x86_64", "aarch64"].map { "/usr/lib/\($0)-linux-gnu/faketime/libfaketimeMT.so.1" }
        .first { FileManager.default.fileExists(atPath: $0) }
}
