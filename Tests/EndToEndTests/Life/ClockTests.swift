import Foundation
import HoldfastAPI
import HoldfastTestSupport
import Testing

extension EndToEnd {
    /// The machine's clock is somewhere else, and moves while the daemon runs (`Tests/Fixtures/wall-clock.c`).
    @Suite struct ClockTests {
        private static func make(_ path: String) throws -> URL {
            guard FileManager.default.createFile(atPath: path, contents: Data(count: 8)) else { throw TestFailure("no file \(path)") }
            return URL(filePath: path)
        }

        private static func now() -> Int64 { Int64(Date().timeIntervalSince1970) }

        @Test("A node that boots in 1970 serves and audits; its time begins with the release; set clocks are followed")
        func seventies() async throws {
            var settings = TestNode.Settings()
            settings.scriptedEngine = true
            let node = try TestNode(settings)
            let (file, library) = (node.folder + "/offset", node.folder + "/wall-clock.so")
            let compiled = try await TestProcess.run(
                "/usr/bin/cc", ["-shared", "-fPIC", "-o", library, SourceTree.fixture("wall-clock.c")])
            #expect(compiled.status == 0, "\(compiled)")
            let handle = try FileHandle(forUpdating: try Self.make(file))
            /// Seconds from the true time, from now on.
            func set(_ offset: Int64) throws {
                try handle.seek(toOffset: 0)
                try handle.write(contentsOf: withUnsafeBytes(of: offset) { Data($0) })
            }
            let fake = ["LD_PRELOAD": library, "WALL_CLOCK_OFFSET": file]
            let release = HoldfastVersion.notBefore
            try set(10 - Self.now())
            try await node.start(extra: fake)

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
            try await node.stop()
            try set(10 - Self.now())
            try await node.start(extra: fake)
            let again = try await node.status()
            #expect(again["clock"]["trusted"] == false && again["started_at"].integer ?? 0 >= release, "\(again["clock"])")
            #expect(try await node.chat("m").status == 200)
            #expect(try await node.stop() == 0)
            #expect(try await node.cli("audit", "verify", "--state", node.state).status == 0)
            try await node.remove()
        }
    }
}
