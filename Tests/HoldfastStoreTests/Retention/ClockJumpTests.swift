import HoldfastCore
import Synchronization
import Testing

@testable import HoldfastStore

/// Clocks that jump: the log does not care, and no jump makes anything old.
@Suite struct ClockJumpTests {
    private let state = try! TemporaryState()
    private static let day: Int64 = 86_400_000
    private static let start: Int64 = 1_700_000_000_000

    @Test func recordsOfAnyTimeAreKeptInTheirOrder() async throws {
        let times: [Int64] = [Self.start, 0, -1, Self.start + 400 * Self.day, 4_102_444_800_000, Self.start - 1, Int64(Int32.max) * 1000]
        let turn = Mutex(0)
        let store = try NodeStore.open(
            StoreOptions(stateDirectory: state.path, now: { turn.withLock { times[$0 % times.count] } }))
        for number in 0..<700 {
            turn.withLock { $0 = number }
            try await store.commit { transaction in
                var record = AuditRecord.sample(number)
                record.time = transaction.now
                try transaction.append(record)
                if number % 100 == 0 { transaction.signs = true }
            }
        }
        let records = try await store.audit.records(matching: AuditFilter(), after: -1, limit: 1000)
        #expect(records.map(\.record.sequence) == (0..<700).map { $0 })
        await store.close()
        #expect(try await state.verify().holds)
        for time in times {
            let again = try state.open(now: time)
            try await again.commit { _ = try $0.append(.sample(800)) }
            await again.close()
        }
        #expect(try await state.verify().holds)
    }

    @Test func theTrustedTimeFollowsWhatWasLivedThrough() async throws {
        let store = try state.open()
        try await store.commit { _ = try $0.append(.sample(0)) }
        func advance(_ now: Int64, _ elapsed: Int64?) async throws -> Int64 {
            try await store.advanceTrustedTime(now: now, elapsed: elapsed) - Self.start
        }
        #expect(try await advance(Self.start + 1000, nil) == 1000)
        #expect(try await advance(Self.start + 3_601_000, 3_600_000) == 3_601_000)
        // 1970, and back.
        #expect(try await advance(0, 3_600_000) == 3_601_000)
        #expect(try await advance(Self.start + 3_602_000, 1000) == 3_602_000)
        // 2100: an hour is an hour.
        #expect(try await advance(4_102_444_800_000, 3_600_000) == 7_202_000)
        // A start believes seven days at most.
        #expect(try await advance(4_102_444_800_000, nil) == 7_202_000 + 7 * Self.day)
        #expect(try await advance(.max, .max) > 0)
        await store.close()
    }
}
