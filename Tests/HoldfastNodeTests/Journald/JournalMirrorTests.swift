import HoldfastAPI
import HoldfastCore
import HoldfastStore
import HoldfastTestSupport
import Logging
import Testing

@testable import HoldfastNode

@Suite("Audit records in the journal")
struct JournalMirrorTests {
    private let folder = try! TestFolder()

    private static func record(_ number: Int, name: String = "smol") -> AuditRecord {
        var record = AuditRecord(
            id: "request-\(number)", time: 1000, phase: .event,
            actor: AuditActor(Caller(uid: 1001, gid: 1001, pid: 7, groups: [], socket: .api), role: "user", rule: "built-in:12"),
            operation: "inference.chat", resource: AuditResource(kind: "model", name: name),
            outcome: AuditOutcome(.denied, code: "access_denied"), policyGeneration: 3)
        record.content = AuditContent(prompt: "5ecret5ecret", message: "5ecret", answer: "5ecret")
        return record
    }

    private func open() throws -> NodeStore { try NodeStore.open(StoreOptions(stateDirectory: folder.path + "/state", now: { 1000 })) }

    private func append(_ store: NodeStore, _ count: Int, name: String = "smol") async throws {
        try await store.commit { transaction in
            for number in 0..<count { _ = try transaction.append(Self.record(number, name: name), salt: [UInt8](repeating: 1, count: 32)) }
        }
    }

    private static func mirror(_ store: NodeStore, _ path: String) -> JournalMirror {
        JournalMirror(log: store.audit, socket: JournalSocket(path: path), logger: Logger(label: "test"))
    }

    @Test("each record is an entry with its fields, and never content")
    func entries() async throws {
        let store = try open()
        let sink = try JournalSink(in: folder.path)
        let mirror = Self.mirror(store, sink.path)
        try await append(store, 2)
        await mirror.finish()
        let entries = try sink.entries()
        #expect(entries.map { $0["HOLDFAST_RECORD"] } == ["0", "1"])
        let entry = try #require(entries.first)
        #expect(
            entry == [
                "MESSAGE": "uid:1001 inference.chat model smol denied access_denied", "MESSAGE_ID": JournalEntry.messageID, "PRIORITY": "4",
                "SYSLOG_IDENTIFIER": "holdfastd", "HOLDFAST_RECORD": "0", "HOLDFAST_REQUEST": "request-0", "HOLDFAST_PHASE": "event",
                "HOLDFAST_OPERATION": "inference.chat", "HOLDFAST_SUBJECT": "uid:1001", "HOLDFAST_RESOURCE": "model smol",
                "HOLDFAST_RESULT": "denied", "HOLDFAST_CODE": "access_denied", "HOLDFAST_ROLE": "user", "HOLDFAST_COUNT": "1",
                "HOLDFAST_POLICY": "3",
            ])
        #expect(mirror.counts.sent == 2 && mirror.counts.dropped == 0)
        await store.close()
    }

    @Test("what a caller wrote cannot make fields of its own, and no value is long")
    func injection() async throws {
        let store = try open()
        let sink = try JournalSink(in: folder.path)
        let mirror = Self.mirror(store, sink.path)
        try await append(store, 1, name: "x\nPRIORITY=0\n_UID=0\n" + String(repeating: "ä", count: 4000))
        await mirror.finish()
        let entry = try #require(try sink.entries().first)
        #expect(entry["PRIORITY"] == "4" && entry["HOLDFAST_RESOURCE"]?.hasPrefix("model x\nPRIORITY=0\n_UID=0\nä") == true)
        #expect(entry.values.allSatisfy { $0.utf8.count <= 514 })
        await store.close()
    }

    @Test("a journal that is not there costs nothing but the count")
    func absent() async throws {
        let store = try open()
        let mirror = Self.mirror(store, folder.path + "/nothing")
        try await append(store, 700)
        await mirror.finish()
        #expect(mirror.counts.sent == 0 && mirror.counts.dropped == 700)
        await store.close()
    }

    @Test("a journal that does not read is given up on, and what was left out is counted")
    func full() async throws {
        let store = try open()
        let sink = try JournalSink(in: folder.path)
        let mirror = Self.mirror(store, sink.path)
        // More than any socket's buffer holds.
        try await append(store, 600, name: String(repeating: "x", count: 500))
        await mirror.finish()
        let counts = mirror.counts
        #expect(counts.sent > 0 && counts.dropped > 0 && counts.sent + counts.dropped == 600)
        #expect(try sink.entries().count == counts.sent)
        // It reads again.
        try await append(store, 1, name: "later")
        await mirror.finish()
        #expect(try sink.entries().map { $0["HOLDFAST_RESOURCE"] } == ["model later"])
        await store.close()
    }

    @Test("far behind, the newest are sent and the rest is counted")
    func behind() async throws {
        let store = try open()
        let mirror = Self.mirror(store, folder.path + "/nothing")
        try await append(store, Int(JournalMirror.backlog) + 5)
        await mirror.finish()
        #expect(mirror.counts.dropped == JournalMirror.backlog + 5)
        await store.close()
    }
}
