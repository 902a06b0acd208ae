import HoldfastAPI
import HoldfastCore
import Testing

@testable import HoldfastCommands

struct AuditTextTests {
    private static let names = AccessText.Names(user: { $0 == 1001 ? "alice" : "uid:\($0)" }, group: { $0 == 50 ? "staff" : "gid:\($0)" })

    private func entry(_ change: (inout AuditRecord) -> Void = { _ in }) throws -> AuditEntry {
        let caller = Caller(uid: 1001, gid: 50, pid: 7, groups: [50, 60], socket: .api)
        var record = AuditRecord(
            id: "r-1", time: 0, phase: .outcome, actor: AuditActor(caller, role: "user", rule: "site.yaml:3"), operation: "inference.chat",
            resource: AuditResource(kind: "model", name: "a:1"), outcome: AuditOutcome(.ok, status: 200, finish: "stop"),
            policyGeneration: 2)
        record.boot = "b"
        record.sequence = 9
        record.parameters = ["max_tokens": 64, "temperature_milli": 700, "top_p_milli": 1000, "x_milli": -5]
        record.duration = 3_420_000
        record.tokens = AuditTokens(prompt: 12, completion: 34, cached: 2)
        change(&record)
        return AuditEntry(index: 4, text: String(decoding: try record.canonicalBytes(), as: UTF8.self))
    }

    @Test func aRowHasTheEightColumns() throws {
        let cells = AuditTable.cells(try entry(), user: Self.names.user)
        #expect(cells == ["4", LocalTime.text(0), "alice", "inference.chat", "a:1", "ok", "3.4 s", "12+34"])
    }

    @Test func denialsShowTheirCodeAndCount() throws {
        let cells = AuditTable.cells(
            try entry {
                $0.outcome = AuditOutcome(.denied, code: "access_denied", status: 403)
                $0.count = 5
                $0.duration = nil
                $0.tokens = nil
                $0.resource = nil
            }, user: Self.names.user)
        #expect(cells[4...] == ["", "denied access_denied ×5", "", ""])
    }

    @Test func anIntentHasStartedAndTheDaemonHasAName() throws {
        let cells = AuditTable.cells(
            try entry {
                $0.outcome = nil
                $0.actor = AuditActor(Caller(uid: 0, gid: 0, pid: 1, groups: [], socket: .internal))
            }, user: Self.names.user)
        #expect(cells[5] == "started")
        #expect(cells[2] == "holdfastd")
    }

    @Test func whatCannotBeReadIsStillListed() {
        #expect(AuditTable.cells(AuditEntry(index: 3, text: "{}"), user: Self.names.user)[0] == "3")
        #expect(AuditText.show(AuditEntry(index: 3, text: "{}"), names: Self.names, style: .plain).contains("cannot be read"))
    }

    @Test func followingKeepsColumnsUnderTheirTitles() throws {
        var table = AuditTable.Following(user: Self.names.user)
        let header = table.header(style: .plain)
        let line = table.line(try entry())
        for (title, cell) in [("ACTOR", "alice"), ("OPERATION", "inference.chat"), ("RESOURCE", "a:1"), ("OUTCOME", "ok")] {
            let column = try #require(header.firstRange(of: title)).lowerBound.utf16Offset(in: header)
            #expect(line.dropFirst(column).hasPrefix(cell))
        }
    }

    @Test func showSaysEveryField() throws {
        #expect(
            AuditText.show(try entry { $0.content = AuditContent(prompt: "p1", answer: "a1") }, names: Self.names, style: .plain) == """
                Record 4: what came of it
                id           r-1
                time         \(LocalTime.text(0))
                actor        alice (uid 1001), group staff (gid 50), pid 7, through api.sock
                groups       staff (gid 50), gid 60
                allowed by   role user, rule site.yaml:3
                operation    inference.chat: Answer a conversation.
                resource     model a:1
                parameters   max_tokens 64, temperature 0.7, top_p 1.0, x -0.005
                prompt HMAC  p1
                answer HMAC  a1
                outcome      ok, HTTP status 200, generation ended by stop
                duration     3.4 s
                tokens       12 in the prompt (2 of them cached), 34 in the answer
                policy       generation 2
                daemon run   b, record 9 of it

                """)
    }

    @Test func aReportThatHoldsSaysSizeRootAndCheckpoint() {
        let report = AuditReportBody(holds: true, origin: "o", size: 12, checkpointSize: 10, rootHash: "R=", problem: nil)
        #expect(
            AuditReportText.sentences(report, style: .plain) == """
                The audit trail of o holds: 10 records, each as it was written and signed.
                  root        R=
                  checkpoint  signed over 10 records
                  newer       2 records, to be signed with the next checkpoint
                """)
    }

    @Test(
        arguments: [
            (7, "r-7", "The first record that does not fit is number 7, id r-7. Its text was changed."),
            (7, nil, "The first record that does not fit is number 7. Its text was changed."), (nil, nil, "Its text was changed."),
        ] as [(Int64?, String?, String)])
    func aReportThatDoesNotHoldNamesTheRecord(index: Int64?, id: String?, sentence: String) {
        let report = AuditReportBody(
            holds: false, origin: "o", size: 12, checkpointSize: 12, rootHash: "",
            problem: .init(index: index, id: id, what: "Its text was changed."))
        let lines = AuditReportText.sentences(report, style: .plain).split(separator: "\n")
        #expect(lines.prefix(2) == ["The audit trail of o does not hold.", sentence[...]])
    }
}
