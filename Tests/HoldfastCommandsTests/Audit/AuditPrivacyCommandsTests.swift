import HoldfastAPI
import Testing

@testable import HoldfastCommands

@Suite(.timeLimit(.minutes(1)))
struct AuditPrivacyCommandsTests {
    @Test(arguments: [
        (#"{"matches":true,"field":"message"}"#, CommandStatus.success, "It is the last message of the prompt.\n"),
        (#"{"matches":true,"field":"answer"}"#, .success, "It is the answer.\n"),
        (#"{"matches":false}"#, .denied, "It is neither the prompt nor the answer.\n"),
    ]) func theStatusIsTheAnswer(_ json: String, _ status: CommandStatus, _ text: String) async throws {
        let node = try FakeNode { $0.respond(200, json: json) }
        defer { node.stop() }
        let world = TestWorld()
        #expect(try await world.run(["--runtime", node.runtime, "audit", "match", "17", "--file", "/dev/null"]) == status)
        #expect(world.output.text == text)
        #expect(node.requests == ["POST /holdfast/v1/audit/records/17/match HTTP/1.1"])
    }

    @Test func whatWasForgottenHasAStatusOfItsOwn() async throws {
        let node = try FakeNode { $0.respond(410, json: #"{"error":{"code":"content_erased","message":"Gone."}}"#) }
        defer { node.stop() }
        let world = TestWorld()
        #expect(try await world.run(["--runtime", node.runtime, "audit", "match", "17", "--file", "/dev/null"]) == .erased)
    }

    @Test func aTextThatCannotBeReadIsNoGuess() async throws {
        let node = try FakeNode { $0.respond(200, json: "{}") }
        defer { node.stop() }
        let world = TestWorld()
        #expect(try await world.run(["--runtime", node.runtime, "audit", "match", "17", "--file", "/nonexistent"]) == .unreadable)
        #expect(node.requests.isEmpty)
    }

    @Test(arguments: [
        (ForgetAnswer(requests: 3, files: 2, past: 9), "Would erase the content of 3 requests, 2 captured files among it."),
        (ForgetAnswer(requests: 1, files: 0, past: 9, record: 9, onDisk: true), "Erased the content of 1 request. Record 9 says so."),
    ]) func forgettingInWords(_ answer: ForgetAnswer, _ text: String) { #expect(AuditForget.sentence(answer) == text) }

    @Test func aReaderInTheWayIsSaid() {
        let text = AuditForget.sentence(ForgetAnswer(requests: 1, files: 0, past: 9, record: 9, onDisk: false))
        #expect(text.contains("Record 9 says so.\nSomebody is reading the database"))
    }

    @Test func contentIsArmored() {
        let text = AuditContentCommand.armored([UInt8](repeating: 0, count: 50))
        #expect(
            text == "-----BEGIN AGE ENCRYPTED FILE-----\n" + String(repeating: "A", count: 64)
                + "\nAAA=\n-----END AGE ENCRYPTED FILE-----\n")
    }

    @Test(arguments: [["audit", "forget"], ["audit", "forget", "1", "--actor", "2"], ["audit", "content", "1", "--part", "whole"]])
    func impossibleWishes(_ line: [String]) async throws {
        let world = TestWorld()
        #expect((try? await world.run(line)) != .success)
    }
}
