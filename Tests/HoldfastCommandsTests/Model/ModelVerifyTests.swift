import HoldfastCore
import Testing

@testable import HoldfastCommands

@Suite(.timeLimit(.minutes(1)))
struct ModelVerifyTests {
    private static let digest = "sha256:" + String(repeating: "ab", count: 32)
    private static let other = "sha256:" + String(repeating: "cd", count: 32)

    private func run(_ lines: [String], _ arguments: [String] = []) async throws -> (CommandStatus, TestWorld) {
        let node = try FakeNode { connection in
            connection.startStream("application/x-ndjson")
            for line in lines { connection.chunk(line + "\n") }
            connection.endStream()
        }
        defer { node.stop() }
        let world = TestWorld()
        return (try await world.run(["--runtime", node.runtime, "model", "verify"] + arguments), world)
    }

    private static let progress = #"{"progress":{"name":"a:1","bytes":5,"total":10}}"#
    private static let ok = #"{"result":{"name":"a:1","digest":"\#(digest)","status":"ok"}}"#
    private static let corrupt = #"{"result":{"name":"b:1","digest":"\#(digest)","status":"corrupt","actual":"\#(other)"}}"#
    private static let missing = #"{"result":{"name":"c:1","digest":"\#(digest)","status":"missing"}}"#
    private static let done = #"{"done":true}"#

    @Test func allWellIsSuccess() async throws {
        let (status, world) = try await run([Self.progress, Self.ok, Self.done])
        #expect(status == .success)
        #expect(world.output.text == "a:1  ok  \(Self.digest)\n1 model verified, all as they were added.\n")
    }

    @Test func oneCorruptOrMissingFileShowsInTheStatus() async throws {
        let (status, world) = try await run([Self.ok, Self.corrupt, Self.missing, Self.done], ["--all"])
        #expect(status == .modelCorrupt)
        #expect(world.output.text.contains("b:1  corrupt  should be \(Self.digest), but the file's digest is \(Self.other)\n"))
        #expect(world.output.text.contains("c:1  missing  \(Self.digest): the file is gone\n"))
        #expect(
            world.output.text.hasSuffix(
                """
                3 models verified, 2 broken. What is broken will not be loaded.
                holdfast model add FILE --name b:1 with a good copy mends it.
                holdfast model add FILE --name c:1 with a good copy mends it.

                """))
    }

    @Test func jsonIsOneDocumentOfResults() async throws {
        let named = #"{"result":{"name":"acme/a:1","digest":"\#(Self.digest)","status":"ok"}}"#
        let (status, world) = try await run([Self.progress, named, Self.corrupt, Self.done], ["--json"])
        #expect(status == .modelCorrupt)
        #expect(
            world.output.text == """
                {
                  "models": [
                    {
                      "digest": "\(Self.digest)",
                      "name": "acme/a:1",
                      "status": "ok"
                    },
                    {
                      "actual": "\(Self.other)",
                      "digest": "\(Self.digest)",
                      "name": "b:1",
                      "status": "corrupt"
                    }
                  ]
                }

                """)
    }

    @Test func anErrorInTheStreamIsTheCommandsError() async throws {
        let (status, world) = try await run([Self.ok, #"{"error":{"code":"shutting_down","message":"The node is stopping."}}"#])
        #expect(status == .unavailable)
        #expect(world.errors.text.contains("The node is stopping."))
    }

    @Test func aStreamThatEndsBeforeItIsDoneIsNoSuccess() async throws {
        #expect(try await run([Self.ok]).0 == .interrupted)
    }

    @Test func aCutConnectionIsNoSuccess() async throws {
        let node = try FakeNode { connection in
            connection.startStream("application/x-ndjson")
            connection.chunk(Self.ok + "\n" + Self.done.prefix(5))
        }
        defer { node.stop() }
        let world = TestWorld()
        #expect(try await world.run(["--runtime", node.runtime, "model", "verify"]) == .interrupted)
    }

    @Test func theNameDecidesTheOperation() async throws {
        let node = try FakeNode { $0.respond(404, json: #"{"error":{"code":"model_not_found","message":"No."}}"#) }
        defer { node.stop() }
        #expect(try await TestWorld().run(["--runtime", node.runtime, "model", "verify", "a"]) == .notFound)
        #expect(try await TestWorld().run(["--runtime", node.runtime, "model", "verify", "--all"]) == .notFound)
        #expect(node.requests == ["POST /holdfast/v1/models/a%3Alatest/verify HTTP/1.1", "POST /holdfast/v1/verify HTTP/1.1"])
    }
}
