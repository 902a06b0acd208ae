import Foundation
import GRDB
import HoldfastCore
import Synchronization
import Testing

@testable import HoldfastStore

/// The write-ahead log is copied by the writer, and must stay small whoever reads.
@Suite struct LogGrowthTests {
    private static let interval = 60

    private func bytes(_ state: CrashState) throws -> Int {
        try FileManager.default.attributesOfItem(atPath: state.path + "/holdfast.db-wal")[.size] as? Int ?? 0
    }

    private func fill(_ store: NodeStore) async throws {
        for number in 0..<800 {
            var record = AuditRecord.sample(number)
            record.actor.rule = String(repeating: "r", count: 9000)
            let finished = record
            try await store.commit { _ = try $0.append(finished) }
        }
    }

    /// One reader has always begun before the other ends: the log is never without one.
    @Test func readersWhoFollowOneAnotherDoNotLetTheLogGrow() async throws {
        let state = try CrashState()
        let store = try state.open()
        store.writer.copyInterval.store(Self.interval, ordering: .relaxed)
        try await store.commit { _ = try $0.append(.sample(1)) }
        var configuration = Configuration()
        configuration.readonly = true
        configuration.allowsUnsafeTransactions = true
        let readers = try (0..<2).map { _ in try DatabaseQueue(path: state.path + "/holdfast.db", configuration: configuration) }
        let reading = Task.detached {
            var turn = 0
            while !Task.isCancelled {
                try await readers[turn % 2].writeWithoutTransaction { try $0.execute(sql: "BEGIN; SELECT count(*) FROM fact") }
                if turn > 0 { try await readers[(turn + 1) % 2].writeWithoutTransaction { try $0.execute(sql: "COMMIT") } }
                turn += 1
            }
        }
        try await fill(store)
        #expect(try bytes(state) < Self.interval * 4 * 4096)
        reading.cancel()
        _ = await reading.result
        await store.close()
    }

    @Test func theLogIsASmallPartOfTheReserve() async throws {
        #expect(WriteAheadLog.interval(reserve: 0) == 4000)
        #expect(WriteAheadLog.interval(reserve: 16 << 20) == 1024)
        #expect(WriteAheadLog.interval(reserve: 1) == 32)
        let state = try CrashState()
        let store = try state.open(auditReserve: 1 << 20)
        try await fill(store)
        #expect(try bytes(state) < 1 << 19)
        await store.close()
    }
}
