import HoldfastCore
import Synchronization
import Testing

@testable import HoldfastCommands

@Suite(.timeLimit(.minutes(1)))
struct SingleAnswerTests {
    private func run(terminal: Bool = false, _ arguments: [String] = [], _ script: @escaping @Sendable (Connection) -> Void) async throws
        -> (status: CommandStatus, world: TestWorld)
    {
        let node = try FakeNode(script)
        defer { node.stop() }
        let world = TestWorld(terminal: terminal)
        return (try await world.run(["--runtime", node.runtime, "run", "a", "hello"] + arguments), world)
    }

    @Test func theAnswerIsStreamedToStdout() async throws {
        let body = Mutex("")
        let (status, world) = try await run(["--system", "be brief", "--max-tokens", "5", "--temperature", "0.5"]) { connection in
            body.withLock { $0 = String(decoding: connection.readBody(connection.contentLength), as: UTF8.self) }
            connection.startStream("text/event-stream")
            connection.chunk(": ping\n\ndata: {\"choices\":[{\"index\":0,\"delta\":{\"role\":\"assistant\"},\"finish_reason\":null}]}\n\n")
            connection.say("Good ")
            connection.say("day.")
            connection.chunk("data: {\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"stop\"}]}\n\n")
            connection.chunk("data: {\"choices\":[],\"usage\":{\"total_tokens\":3}}\n\ndata: [DONE]\n\n")
            connection.endStream()
        }
        #expect(status == .success)
        #expect(world.output.text == "Good day.\n")
        #expect(world.errors.text.isEmpty)
        let sent = body.withLock { $0 }
        for part in [
            #""model":"a:latest""#, #""stream":true"#, #""max_tokens":5"#, #""temperature":0.5"#,
            #"{"role":"system","content":"be brief"}"#,
        ] {
            #expect(sent.contains(part) || sent.contains(#"{"content":"be brief","role":"system"}"#), "\(part) in \(sent)")
        }
    }

    @Test func aCutAnswerIsSaidToBeCut() async throws {
        let (status, world) = try await run { connection in
            connection.startStream("text/event-stream")
            connection.say("Go", finish: "length")
            connection.chunk("data: [DONE]\n\n")
            connection.endStream()
        }
        #expect(status == .success)
        #expect(world.output.text == "Go\n")
        #expect(world.errors.text == SingleAnswer.cutNote + "\n")
    }

    @Test(arguments: [(true, "red\n"), (false, "\u{1b}[31mred\u{7}\n")])
    func controlCharactersReachPipesOnly(terminal: Bool, shown: String) async throws {
        let (_, world) = try await run(terminal: terminal) { connection in
            connection.startStream("text/event-stream")
            connection.say(#"\u001b[3"#)
            connection.say(#"1mred\u0007"#, finish: "stop")
            connection.chunk("data: [DONE]\n\n")
            connection.endStream()
        }
        #expect(world.output.text == shown)
    }

    @Test func anErrorInMidAnswerStandsOnItsOwnLine() async throws {
        let (status, world) = try await run { connection in
            connection.startStream("text/event-stream")
            connection.say("Goo")
            connection.chunk(
                #"data: {"error":{"message":"The engine died.","type":"api_error","param":null,"code":"engine_failed"}}"# + "\n\n")
            connection.endStream()
        }
        #expect(status == .engine)
        #expect(world.output.text == "Goo\n")
        #expect(world.errors.text.hasPrefix("holdfast: The engine died.\n"))
    }

    @Test func anUnknownModelIsNotFound() async throws {
        let (status, world) = try await run {
            $0.respond(
                404,
                json:
                    #"{"error":{"message":"No. (try: holdfast model list)","type":"not_found_error","param":"model","code":"model_not_found"}}"#
            )
        }
        #expect(status == .notFound)
        #expect(world.errors.text == "holdfast: No.\n  try: holdfast model list\n  request: r-1\n")
    }

    @Test func anAnswerWithoutItsEndIsAnError() async throws {
        let (status, _) = try await run { connection in
            connection.startStream("text/event-stream")
            connection.say("Goo")
            connection.endStream()
        }
        #expect(status == .engine)
    }

    @Test func aCutConnectionIsAnError() async throws {
        let (status, world) = try await run { connection in
            connection.startStream("text/event-stream")
            connection.say("Goo")
        }
        #expect(status == .interrupted)
        #expect(world.output.text == "Goo\n")
        #expect(world.errors.text.hasPrefix("holdfast: The node stopped in the middle"))
    }

    @Test func withoutALimitTheUsualOneIsSent() async throws {
        let body = Mutex("")
        _ = try await run { connection in
            body.withLock { $0 = String(decoding: connection.readBody(connection.contentLength), as: UTF8.self) }
        }
        #expect(body.withLock { $0 }.contains(#""max_tokens":512"#))
    }

    @Test(arguments: ["", " \n"])
    func anEmptyPromptIsRefusedBeforeTheNodeIsAsked(prompt: String) async throws {
        let world = TestWorld()
        #expect(try await world.run(["--runtime", "/nonexistent", "run", "a", prompt]) == .usage)
        #expect(world.errors.text.hasPrefix("holdfast: The prompt is empty.\n"))
    }

    @Test(arguments: [[], Array("  \n".utf8), [0xff, 0xfe]])
    func aPipedPromptMustBeText(bytes: [UInt8]) {
        #expect(throws: HoldfastError.self) { try StandardInput.prompt(bytes) }
    }
}
