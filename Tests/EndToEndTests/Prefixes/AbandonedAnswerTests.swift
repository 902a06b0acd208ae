import Glibc
import HoldfastTestSupport
import Testing

extension EndToEnd {
    @Suite struct AbandonedAnswerTests {
        @Test("A client hangs up in the middle of its answer: after a restart its prompt is not computed again")
        func hangUp() async throws {
            try await TestNode.withSmolLM { node in
                var body = PrefixRestartTests.chat("Tell me a long story of the valves.", "smol")
                if case .object(var fields) = body {
                    fields["max_tokens"] = 900
                    fields["stream"] = true
                    body = .object(fields)
                }
                let socket = try RawSocket(node.api)
                var answer = try EventReader(socket, node.streamBytes(body))
                // The role, and the first word.
                _ = try answer.next()
                _ = try answer.next()
                shutdown(socket.descriptor, Int32(SHUT_RDWR))
                try await eventually("the slot is free") { try await node.engines().first?["busy_slots"] == 0 }
                try await node.stop()
                try await node.start()
                let asked = try await PrefixRestartTests.ask(
                    node, PrefixRestartTests.chat("Which valve is first?", "smol"), "/v1/chat/completions")
                #expect(asked.cached > 280, "\(asked)")
            }
        }
    }
}
