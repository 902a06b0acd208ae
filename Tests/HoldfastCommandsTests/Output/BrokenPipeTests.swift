import Testing

@testable import HoldfastCommands

/// A reader that went away ends a listing as a success; it never changes what is done, nor an answer that is the status.
@Suite(.timeLimit(.minutes(1)))
struct BrokenPipeTests {
    @Test func aListingEndsAsASuccess() async throws {
        let node = try FakeNode { $0.respond(200, json: #"{"models":[]}"#) }
        defer { node.stop() }
        let world = TestWorld(outputIsBroken: true)
        #expect(try await world.run(["--runtime", node.runtime, "model", "list"]) == .success)
        #expect(world.errors.text.isEmpty)
    }

    @Test func everyNameIsStillRemoved() async throws {
        let digest = "sha256:" + String(repeating: "ab", count: 32)
        let node = try FakeNode { $0.respond(200, json: #"{"name":"a","digest":"\#(digest)","file_deleted":true,"freed_bytes":1}"#) }
        defer { node.stop() }
        #expect(try await TestWorld(outputIsBroken: true).run(["--runtime", node.runtime, "model", "remove", "a", "b"]) == .success)
        #expect(node.requests.count == 2)
    }

    @Test func aBrokenTrailIsNotCalledASuccess() async throws {
        let node = try FakeNode {
            $0.respond(200, json: #"{"holds":false,"origin":"o","size":1,"checkpoint_size":1,"root_hash":""}"#)
        }
        defer { node.stop() }
        #expect(try await TestWorld(outputIsBroken: true).run(["--runtime", node.runtime, "audit", "verify"]) == .auditBroken)
    }

    @Test func aCorruptModelIsNotCalledASuccess() async throws {
        let digest = "sha256:" + String(repeating: "ab", count: 32)
        let node = try FakeNode { connection in
            connection.startStream("application/x-ndjson")
            connection.chunk(#"{"result":{"name":"a","digest":"\#(digest)","status":"missing"}}"# + "\n" + #"{"done":true}"# + "\n")
            connection.endStream()
        }
        defer { node.stop() }
        #expect(try await TestWorld(outputIsBroken: true).run(["--runtime", node.runtime, "model", "verify"]) == .modelCorrupt)
    }
}
