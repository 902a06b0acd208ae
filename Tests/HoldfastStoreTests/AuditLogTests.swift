import HoldfastCore
import Testing

@testable import HoldfastStore

@Suite struct AuditLogTests {
    private let state = try! TemporaryState()

    private func filled() async throws -> NodeStore {
        let store = try state.open()
        try await store.commit { transaction in
            for number in 0..<100 {
                _ = try transaction.append(
                    .sample(
                        number, operation: number % 2 == 0 ? "models.add" : "inference.chat", uid: UInt32(number % 5),
                        model: number % 3 == 0 ? "Smollm2" : number % 3 == 1 ? "smollm2:LATEST" : nil,
                        result: number % 10 == 0 ? .denied : .ok))
            }
        }
        return store
    }

    private static let base: Int64 = 1_700_000_000_000
    @Test(arguments: [
        (AuditFilter(), 100), (AuditFilter(actorUID: 3), 20), (AuditFilter(operationPrefix: "models."), 50),
        (AuditFilter(operationPrefix: "models.add"), 50), (AuditFilter(operationPrefix: "model.add"), 0),
        (AuditFilter(result: .denied), 10),
        (AuditFilter(model: ModelName("smollm2")), 67), (AuditFilter(digest: .sample("Smollm2")), 34), (AuditFilter(id: "request-7"), 1),
        (AuditFilter(since: base + 10, until: base + 20), 10), (AuditFilter(actorUID: 0, operationPrefix: "inference", result: .denied), 0),
        (AuditFilter(actorUID: 0, operationPrefix: "models", result: .denied), 10),
    ])
    func filtersSelect(_ filter: AuditFilter, _ count: Int) async throws {
        let store = try await filled()
        let newest = try await store.audit.records(matching: filter, limit: 1000)
        #expect(newest.count == count)
        #expect(try await store.audit.records(matching: filter, after: -1, limit: 1000) == newest.reversed())
    }

    @Test func pagesFollowEachOther() async throws {
        let store = try await filled()
        var seen: [Int64] = []
        while true {
            let page = try await store.audit.records(matching: AuditFilter(result: .ok), before: seen.last, limit: 7)
            seen += page.map(\.index)
            if page.count < 7 { break }
        }
        #expect(seen.count == 90 && seen == seen.sorted(by: >) && Set(seen).count == 90)
        #expect(try await store.audit.records(matching: AuditFilter(), after: 96, limit: 10).map(\.index) == [97, 98, 99])
        #expect(try await store.audit.record(at: 5)?.record.id == "request-5")
        #expect(try await store.audit.record(at: 100) == nil)
    }

    @Test func theTailWakesWhenARecordIsDurable() async throws {
        let store = try state.open()
        let waiting = Task { try await store.audit.waitForSize(greaterThan: 1) }
        for number in 0..<2 { try await store.commit { _ = try $0.append(.sample(number)) } }
        #expect(try await waiting.value == 2)
        #expect(try await store.audit.waitForSize(greaterThan: 0) == 2)
        let cancelled = Task { try await store.audit.waitForSize(greaterThan: 2) }
        cancelled.cancel()
        await #expect(throws: CancellationError.self) { try await cancelled.value }
    }

    /// What the writer puts beside a body and what the verifier reads out of it must be the same, whatever the caller wrote.
    @Test(arguments: [
        "plain", "With:TAG", "quote\"d", "back\\slash:x", "Ünï", "nul\0after", "tab\t", "", ":", "a,\"op\":\"x\"", "{[]}",
    ])
    func columnsAreReadBackFromAnyBody(_ name: String) async throws {
        let store = try state.open()
        try await store.commit { _ = try $0.append(.sample(1, model: name)) }
        try await store.commit { _ = try $0.append(.sample(2, operation: name)) }
        try await store.checkpoint()
        #expect(try await state.verify().firstProblem == nil)
        await store.close()
    }
}
