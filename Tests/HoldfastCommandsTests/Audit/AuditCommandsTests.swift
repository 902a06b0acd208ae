import HoldfastCore
import Testing

@testable import HoldfastCommands

@Suite(.timeLimit(.minutes(1)))
struct AuditCommandsTests {
    private static let report =
        #"{"holds":false,"origin":"o","size":3,"checkpoint_size":3,"root_hash":"","problem":{"index":1,"what":"Changed."}}"#

    @Test func filtersArriveInTheQuery() async throws {
        let node = try FakeNode { $0.respond(200, json: #"{"records":[],"next":7}"#) }
        defer { node.stop() }
        let world = TestWorld()
        let line = ["--runtime", node.runtime, "audit", "list", "--actor", "5", "--outcome", "denied", "--since", "1s", "--before", "9"]
        #expect(try await world.run(line) == .success)
        #expect(node.requests == ["GET /holdfast/v1/audit/records?actor=5&outcome=denied&since=1799999999000&limit=100&before=9 HTTP/1.1"])
        #expect(world.output.text == "No record fits.\n")
        #expect(world.errors.text == "There are older ones: add --before 7\n")
    }

    @Test func followingEndsWithTheStream() async throws {
        let node = try FakeNode { connection in
            connection.startStream("application/x-ndjson")
            connection.chunk(#"{"index":1,"text":"{}"}"# + "\n" + #"{"index":2,"#)
            connection.chunk(#""text":"{}"}"# + "\n")
            connection.endStream()
        }
        defer { node.stop() }
        let world = TestWorld()
        #expect(try await world.run(["--runtime", node.runtime, "audit", "tail", "--json"]) == .success)
        #expect(world.output.text == "{\"index\":1,\"text\":\"{}\"}\n{\"index\":2,\"text\":\"{}\"}\n")
    }

    @Test func followingEndsAtItsLimit() async throws {
        let node = try FakeNode { connection in
            connection.startStream("application/x-ndjson")
            for index in 1...3 { connection.chunk("{\"index\":\(index),\"text\":\"{}\"}\n") }
            connection.waitForHangUp()
        }
        defer { node.stop() }
        let world = TestWorld()
        #expect(try await world.run(["--runtime", node.runtime, "audit", "tail", "--json", "--limit", "2"]) == .success)
        #expect(world.output.text == "{\"index\":1,\"text\":\"{}\"}\n{\"index\":2,\"text\":\"{}\"}\n")
    }

    @Test func aTrailThatDoesNotHoldShowsInTheStatus() async throws {
        let node = try FakeNode { $0.respond(200, json: Self.report) }
        defer { node.stop() }
        let world = TestWorld()
        #expect(try await world.run(["--runtime", node.runtime, "audit", "verify"]) == .auditBroken)
        #expect(world.output.text.contains("number 1. Changed."))
    }

    @Test func withoutNodeAndStateTheNodesAbsenceIsTheError() async throws {
        let world = TestWorld(environment: ["HOLDFAST_STATE": "/nonexistent"])
        #expect(try await world.run(["--runtime", "/nonexistent", "audit", "verify"]) == .unavailable)
    }

    @Test func aStateDirectoryThatIsNoneIsAnError() async throws {
        let world = TestWorld()
        #expect(try await world.run(["audit", "verify", "--state", "/nonexistent"]) == .unreadable)
    }
}
