import HoldfastCore
import Synchronization
import Testing

@testable import HoldfastCommands

@Suite(.timeLimit(.minutes(1)))
struct ConversationTests {
    /// Types lines, one each time it is asked; `before` is called with the line's number first.
    private struct Typist: PromptInput {
        let lines: [String]
        let position = Counter()
        var before: @Sendable (Int) -> Void = { _ in }

        func nextLine() async -> String? {
            let number = position.next()
            before(number)
            return number < lines.count ? lines[number] : nil
        }
    }

    private final class Counter: Sendable {
        private let value = Mutex(0)
        func next() -> Int {
            value.withLock { value in
                defer { value += 1 }; return value
            }
        }
    }

    private func talk(
        _ lines: [String], interrupts: Interrupts = Interrupts(), before: @escaping @Sendable (Int) -> Void = { _ in },
        _ script: @escaping @Sendable (Connection) -> Void
    ) async throws -> (status: CommandStatus, world: TestWorld) {
        let node = try FakeNode(script)
        defer { node.stop() }
        let world = TestWorld(terminal: true)
        let conversation = Conversation(
            stream: ChatStream(client: NodeClient(runtime: node.runtime)), console: world.context.console,
            input: Typist(lines: lines, before: before), interrupts: interrupts)
        return (try await conversation.run(ChatRequest(model: "a:latest", messages: [])), world)
    }

    private static func answer(_ connection: Connection, _ text: String) {
        connection.startStream("text/event-stream")
        connection.say(text, finish: "stop")
        connection.chunk("data: [DONE]\n\n")
        connection.endStream()
    }

    @Test func eachQuestionCarriesWhatWasSaid() async throws {
        let bodies = Mutex<[String]>([])
        let (status, world) = try await talk(["one", "", "two", "/bye"]) { connection in
            let body = String(decoding: connection.readBody(connection.contentLength), as: UTF8.self)
            let count = bodies.withLock {
                $0.append(body); return $0.count
            }
            Self.answer(connection, "answer \(count)")
        }
        #expect(status == .success)
        #expect(world.output.text == ">>> answer 1\n>>> >>> answer 2\n>>> ")
        let sent = bodies.withLock { $0 }
        #expect(sent.count == 2)
        #expect(!sent[0].contains("answer 1"))
        for part in ["one", "answer 1", "two"] { #expect(sent[1].contains(part)) }
    }

    @Test(arguments: ["/bye", "  /bye ", "/bye now"]) func byeEnds(line: String) async throws {
        let (status, _) = try await talk([line, "not asked"]) { Self.answer($0, "x") }
        #expect(status == .success)
    }

    @Test func endOfInputEndsOnALineOfItsOwn() async throws {
        let (status, world) = try await talk([]) { Self.answer($0, "x") }
        #expect(status == .success)
        #expect(world.output.text == ">>> \n")
    }

    @Test func anInterruptAtThePromptSaysHowToLeave() async throws {
        let interrupts = Interrupts()
        let (status, world) = try await talk(["/bye"], interrupts: interrupts, before: { _ in interrupts.fire() }) { Self.answer($0, "x") }
        #expect(status == .success)
        #expect(world.output.text == ">>> \n/bye or Ctrl-D ends the conversation.\n>>> ")
    }

    @Test func anInterruptStopsTheAnswerAndNotTheSession() async throws {
        let interrupts = Interrupts()
        let turn = Mutex(0)
        let bodies = Mutex<[String]>([])
        let hungUp = Mutex(false)
        let (status, world) = try await talk(["one", "two", "/bye"], interrupts: interrupts) { connection in
            let body = String(decoding: connection.readBody(connection.contentLength), as: UTF8.self)
            bodies.withLock { $0.append(body) }
            guard
                turn.withLock({
                    $0 += 1; return $0
                }) == 1
            else { return Self.answer(connection, "fine") }
            connection.startStream("text/event-stream")
            connection.say("endless ")
            interrupts.fire()
            // Returns only when the command has closed the connection, which is how the node learns that it should stop.
            connection.waitForHangUp()
            hungUp.withLock { $0 = true }
        }
        #expect(status == .success)
        #expect(hungUp.withLock { $0 })
        #expect(world.errors.text.contains("(stopped)\n"))
        #expect(world.output.text.hasSuffix("fine\n>>> "))
        #expect(bodies.withLock { $0.count } == 2)
    }

    @Test func afterAnErrorThatMayPassTheConversationGoesOn() async throws {
        let turn = Mutex(0)
        let (status, world) = try await talk(["one", "two"]) { connection in
            _ = connection.readBody(connection.contentLength)
            if turn.withLock({
                $0 += 1; return $0
            }) == 1 {
                connection.respond(
                    503, json: #"{"error":{"message":"Busy.","type":"unavailable_error","param":null,"code":"engine_busy"}}"#)
            } else {
                Self.answer(connection, "fine")
            }
        }
        #expect(status == .success)
        #expect(world.errors.text.contains("holdfast: Busy.\n"))
        #expect(world.output.text == ">>> >>> fine\n>>> \n")
    }

    @Test func anUnknownModelEndsIt() async throws {
        let (status, world) = try await talk(["one", "two"]) {
            $0.respond(404, json: #"{"error":{"message":"No.","type":"not_found_error","param":"model","code":"model_not_found"}}"#)
        }
        #expect(status == .notFound)
        #expect(world.output.text == ">>> ")
    }
}
