import Dispatch
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

    private func fill(_ store: NodeStore, _ count: Int = 800) async throws {
        for number in 0..<count {
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
        store.writer.copying.interval.store(Self.interval, ordering: .relaxed)
        try await store.commit { _ = try $0.append(.sample(1)) }
        var configuration = Configuration()
        configuration.readonly = true
        configuration.allowsUnsafeTransactions = true
        let readers = try (0..<2).map { _ in try DatabaseQueue(path: state.path + "/holdfast.db", configuration: configuration) }
        // A thread of its own, for whoever waits for it blocks one.
        let isOver = Atomic(false)
        let ended = DispatchSemaphore(value: 0)
        Thread.detachNewThread {
            var turn = 0
            while !isOver.load(ordering: .relaxed) {
                try! readers[turn % 2].inDatabase { try $0.execute(sql: "BEGIN; SELECT count(*) FROM fact") }
                if turn > 0 { try! readers[(turn + 1) % 2].inDatabase { try $0.execute(sql: "COMMIT") } }
                turn += 1
            }
            ended.signal()
        }
        try await fill(store)
        #expect(try bytes(state) < Self.interval * 8 * 4096)
        isOver.store(true, ordering: .relaxed)
        ended.wait()
        await store.close()
    }

    /// One verification after the other, and no moment without one: each of its reads is short, so the log begins anew between two.
    @Test func aVerificationDoesNotLetTheLogGrow() async throws {
        let state = try CrashState()
        let first = try state.open()
        try await first.commit { transaction in for number in 0..<5000 { try transaction.append(.sample(number)) } }
        await first.close()
        let store = try state.open()
        store.writer.copying.interval.store(Self.interval, ordering: .relaxed)
        let over = Over()
        let largest = try await withThrowingTaskGroup(of: Int.self) { group in
            group.addTask {
                var runs = 0
                while !over.flag.load(ordering: .relaxed) {
                    let report = try await AuditVerifier(stateDirectory: state.path).verify()
                    #expect(report.holds, "\(report.firstProblem?.what ?? "")")
                    runs += 1
                }
                return runs
            }
            var largest = 0
            for _ in 0..<4 {
                try await fill(store, 200)
                largest = max(largest, try bytes(state))
            }
            over.flag.store(true, ordering: .relaxed)
            for try await runs in group { #expect(runs > 0) }
            return largest
        }
        // Pages of 4 KiB with their headers; what was written in all is some thirty times that.
        #expect(largest < Self.interval * 8 * 4096, "\(largest)")
        await store.close()
    }

    @Test func theLogIsSmallerThanTheReserve() async throws {
        for (reserve, pages) in [(Int64(0), 4000), (16 << 20, 3072), (1, 32), (1 << 40, 4000)] {
            #expect(LogCopying(reserve: reserve).interval.load(ordering: .relaxed) == pages)
        }
        let state = try CrashState()
        let store = try state.open(auditReserve: 1 << 20)
        try await fill(store)
        #expect(try bytes(state) < 1 << 20)
        await store.close()
    }

    private final class Over: Sendable {
        let flag = Atomic(false)
    }
}
