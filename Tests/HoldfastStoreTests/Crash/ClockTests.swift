import HoldfastCore
import HoldfastTestSupport
import Synchronization
import Testing

@testable import HoldfastStore

/// The wall clock is only ever written down: nothing is ordered, found or judged by it.
@Suite struct ClockTests {
    private static let year: Int64 = 365 * 86_400_000
    private static let today: Int64 = 1_700_000_000_000

    @Test(arguments: [
        [today, 0, today],
        [today, today - year, today - 2 * year],
        [today, today + 80 * year, today],
        [0, 1, 0, today, today + 1, -1],
    ]) func aClockThatStepsChangesNothingButTheTimes(_ times: [Int64]) async throws {
        let state = try CrashState()
        let clock = Clock()
        var expected: [[UInt8]] = []
        for (run, time) in times.enumerated() {
            clock.time.withLock { $0 = time }
            let store = try state.open { clock.time.withLock { $0 } }
            for number in 0..<120 {
                if number == 60 { clock.time.withLock { $0 = times[(run + 1) % times.count] } }
                let index = try await store.commit { transaction in
                    var record = AuditRecord.sample(number)
                    record.id = "run-\(run)-\(number)"
                    record.time = transaction.now
                    return try transaction.append(record)
                }
                #expect(index == Int64(expected.count))
                expected.append(try #require(await store.audit.record(at: index)).bytes)
            }
            try await store.checkpoint()
            let records = try await store.audit.records(matching: AuditFilter(), after: -1, limit: .max)
            #expect(records.map(\.bytes) == expected)
            await store.close()
            let report = try await AuditVerifier(stateDirectory: state.path).verify()
            #expect(report.holds && report.unsignedRecords == 0 && report.size == Int64(expected.count))
        }
    }

    private final class Clock: Sendable {
        let time = Mutex<Int64>(0)
    }
}
