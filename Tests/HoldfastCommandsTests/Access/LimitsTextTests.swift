import HoldfastAPI
import Testing

@testable import HoldfastCommands

@Suite struct LimitsTextTests {
    @Test func aRowForEachCaller() {
        var binding = LimitsBody.Binding(
            role: "kiosk", subjects: ["group:apps"], binding: "a.yaml:9", location: "a.yaml:11", isOpen: true, opensAt: nil,
            use: [
                .init(caller: "uid:1001", requests: 3, running: 1, tokens: 1200, reservedTokens: 100),
                .init(caller: "token:tablet", requests: 0, running: 0, tokens: 5, reservedTokens: 0),
            ])
        binding.requestsPerMinute = 30
        binding.tokensPerDay = 5000
        binding.hours = "daily 06:00-22:00"
        binding.zone = "Europe/Berlin"
        var unused = LimitsBody.Binding(
            role: "user", subjects: ["uid:7"], binding: "a.yaml:20", location: "a.yaml:22", isOpen: true, opensAt: nil, use: [])
        unused.context = 512
        #expect(
            LimitsText.limits(LimitsBody(bindings: [binding, unused], policyGeneration: 1), style: .plain) == """
                ROLE   CALLER        THIS MINUTE  AT A TIME  TOKENS TODAY  CONTEXT  HOURS                                    LIMITS
                kiosk  uid:1001          3 of 30             1300 of 5000           open: daily 06:00-22:00 (Europe/Berlin)  a.yaml:11
                kiosk  token:tablet      0 of 30                5 of 5000           open: daily 06:00-22:00 (Europe/Berlin)  a.yaml:11
                user   uid:7                                                   512                                           a.yaml:22

                """)
        #expect(LimitsText.limits(LimitsBody(bindings: [], policyGeneration: 1), style: .plain) == "No binding has limits here.\n")
    }

    @Test func itAsksForOneSubject() async throws {
        let node = try FakeNode { $0.respond(200, json: #"{"bindings":[],"policy_generation":1}"#) }
        defer { node.stop() }
        let world = TestWorld()
        #expect(try await world.run(["--runtime", node.runtime, "access", "limits", "--as", "token:a"]) == .success)
        #expect(
            node.requests == ["GET /holdfast/v1/access/limits?subject=token%3Aa HTTP/1.1"]
                || node.requests == ["GET /holdfast/v1/access/limits?subject=token:a HTTP/1.1"])
        #expect(try await world.run(["--runtime", node.runtime, "access", "limits", "--as", "nobody"]) == .usage)
    }
}
