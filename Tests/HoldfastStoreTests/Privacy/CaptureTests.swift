import HoldfastCore
import Testing

@testable import HoldfastStore

@Suite struct CaptureTests {
    private let state = try! TemporaryState()

    private func record(_ number: Int) -> AuditRecord {
        var record = AuditRecord.sample(number, operation: "inference.chat")
        record.content = AuditContent(prompt: "hmac")
        return record
    }

    private func capture(_ store: NodeStore, _ number: Int, bytes: Int, budget: Int64, _ shortage: CaptureShortage) async throws -> Bool {
        let record = record(number)
        let result = try await store.commit {
            try $0.append(
                record, salt: [UInt8](repeating: 1, count: 32),
                capturing: CapturedContent(.prompt, file: [UInt8](repeating: 5, count: bytes)),
                budget: budget, shortage: shortage)
        }
        return result == .kept
    }

    @Test func theRecordNamesTheFile() async throws {
        let store = try state.open()
        #expect(try await capture(store, 1, bytes: 100, budget: 100, .goOn))
        let file = [UInt8](repeating: 5, count: 100)
        let stored = try #require(try await store.audit.record(at: 0)?.record)
        #expect(stored.content?.captured == CapturedContent(.prompt, file: file).digest && stored.parameters.isEmpty)
        #expect(try await store.audit.captured(.prompt, ofRequest: "request-1") == file)
        #expect(try await store.audit.captured(.answer, ofRequest: "request-1") == nil)
        #expect(try await store.capturedUsage() == (1, 100))
        await store.close()
    }

    @Test func theBudgetIsExactAndWhatIsBeyondItFollowsTheRule() async throws {
        let store = try state.open()
        #expect(try await capture(store, 1, bytes: 60, budget: 100, .refuse(.auditUnavailable)))
        #expect(await code { _ = try await capture(store, 2, bytes: 41, budget: 100, .refuse(.auditUnavailable)) } == .auditUnavailable)
        #expect(store.audit.size == 1, "no record either")
        #expect(try await store.audit.salt(ofRequest: "request-2") == nil)
        #expect(try await capture(store, 3, bytes: 41, budget: 100, .goOn) == false)
        let outcome = AuditOutcome(.failed, code: "audit_unavailable")
        #expect(try await capture(store, 4, bytes: 41, budget: 100, .outcome(outcome)) == false)
        let records = try await store.audit.records(matching: AuditFilter(), after: 0, limit: 10).map(\.record)
        #expect(records.map { $0.parameters["uncaptured"] } == [1, 1])
        #expect(records.map(\.outcome?.result) == [.ok, .failed])
        #expect(try await capture(store, 5, bytes: 40, budget: 100, .refuse(.auditUnavailable)))
        #expect(try await store.capturedUsage() == (2, 100))
        await store.close()
    }

    @Test func itIsKeptForItsTime() async throws {
        for (number, time) in [(1, Int64(1000)), (2, 2000), (3, 3000)] {
            let store = try state.open(now: time)
            #expect(try await capture(store, number, bytes: 10, budget: 100, .goOn))
            await store.close()
        }
        let store = try state.open(now: 4000)
        #expect(try await store.commit { try $0.removeCaptured(before: 3000) } == 2)
        #expect(try await store.commit { try $0.removeCaptured(before: 3000) } == 0)
        #expect(try await store.capturedUsage() == (1, 10))
        // Guesses can still be tested.
        #expect(try await store.audit.salt(ofRequest: "request-1") != nil)
        await store.close()
    }
}
