import GRDB
import HoldfastCore
import HoldfastTestSupport
import Synchronization
import Testing

@testable import HoldfastStore

/// A disk that refuses, and then the power goes as well.
@Suite(.serialized) struct DiskFaultCampaign {
    struct Kind: Sendable {
        let name: String
        let request: DiskFault.Request
        let suffix: String
        let result: Int32
        var leavesHalf = false
        /// Requests of a kind come more or less often.
        var rarity = 12
        var steps = 30

        func fault(after: Int, times: Int) -> DiskFault {
            DiskFault(request, of: suffix, after: after, times: times, result: result, leavesHalf: leavesHalf)
        }
    }

    static let kinds = [
        Kind(name: "EIO writing the log", request: .write, suffix: "-wal", result: 778),
        Kind(name: "EIO writing the log, half done", request: .write, suffix: "-wal", result: 778, leavesHalf: true),
        Kind(name: "ENOSPC writing the log, half done", request: .write, suffix: "-wal", result: 13, leavesHalf: true),
        Kind(name: "EIO syncing the log", request: .sync, suffix: "-wal", result: 1034),
        Kind(name: "EIO cutting the log", request: .truncate, suffix: "-wal", result: 1546, rarity: 1, steps: 150),
        Kind(name: "EIO writing the database", request: .write, suffix: ".db", result: 778, leavesHalf: true),
        Kind(name: "ENOSPC writing the database", request: .write, suffix: ".db", result: 13),
        Kind(name: "EIO syncing the database", request: .sync, suffix: ".db", result: 1034, rarity: 2),
    ]

    @Test func nothingAcknowledgedIsLostWhenADiskRefuses() async throws {
        let seed = Campaign.seed
        var kinds: [String: JSONValue] = [:]
        var (trials, lost, recoveries) = (0, 0, 0)
        for kind in Self.kinds {
            let faults = Refusals()
            var cuts = PowerCuts(seed: seed, steps: kind.steps, cutsPerHistory: Campaign.isLong ? 50 : 10)
            cuts.disturb = { history, number in
                guard number % 6 == 0 else { return }
                faults.collect(history)
                let after = history.pick { Int.random(in: 0..<kind.rarity, using: &$0) }
                history.arm(kind.fault(after: after, times: history.pick { Int.random(in: 1...3, using: &$0) }))
            }
            let figures = try await cuts.run(trials: Campaign.trials(short: 12, long: 1250))
            #expect(
                figures.lost == 0 && figures.failedTrials == 0, "\(kind.name), seed \(seed): \(figures.problems.joined(separator: "\n"))")
            #expect(faults.count > 0, "\(kind.name), seed \(seed)")
            let expected: Set<HoldfastError.Code> = [.auditUnavailable, .diskFull, .databaseFailed, .fileUnreadable]
            #expect(faults.codes.isSubset(of: expected), "\(kind.name), seed \(seed): \(faults.codes)")
            kinds[kind.name] = [
                "trials": .integer(Int64(figures.trials)), "refusals": .integer(Int64(faults.count)),
                "records_acknowledged": .integer(Int64(figures.recordsAcknowledged)),
                "records_checked": .integer(Int64(figures.recordsExpected)), "losses": .integer(Int64(figures.lost)),
                "failed_trials": .integer(Int64(figures.failedTrials)),
                "recoveries_of_the_running_store": .integer(Int64(figures.recoveries)),
                "recoveries_that_failed_too": .integer(Int64(figures.failedRecoveries)),
                "cuts_in_the_middle_of_a_recovery": .integer(Int64(figures.cutsInRecovery)),
            ]
            (trials, lost, recoveries) = (trials + figures.trials, lost + figures.lost, recoveries + figures.recoveries)
        }
        #expect(recoveries > 0)
        print("disk faults: \(trials) trials of \(Self.kinds.count) kinds, \(lost) records lost, \(recoveries) recoveries")
        try Campaign.record(
            "disk-faults",
            [
                "seed": .string("\(seed)"), "trials": .integer(Int64(trials)), "losses": .integer(Int64(lost)),
                "kinds": .object(kinds),
            ])
    }

    /// What a failed fsync left unwritten counts as written for the kernel: whoever builds on it loses what comes after.
    @Test func aLogWhoseSyncFailedIsNotBuiltOn() async throws {
        let history = try CrashHistory(seed: 5)
        try history.open()
        await history.commitGroup(0, count: 1)
        history.disk.arm(DiskFault(.sync, of: "-wal", after: 0, result: 1034))
        await history.commitGroup(1, count: 1)
        #expect(history.refused == [.auditUnavailable: 1])
        await history.commitGroup(2, count: 1)
        #expect(history.refused == [.auditUnavailable: 2])
        await history.kill()
        try history.open()
        await history.commitGroup(3, count: 1)
        await history.kill()
        let result = await trial(history, .lost)
        #expect(result.problems.isEmpty, "\(result.problems)")
        #expect(result.lost == 0)
    }

    /// What such a log holds must not reach the database either before it is certain: a power cut in between leaves the one without the other.
    @Test func aLogWhoseSyncFailedIsTakenUpInOnePiece() async throws {
        let history = try CrashHistory(seed: 8)
        try history.open()
        for number in 0..<4 { await history.commitGroup(number, count: 6) }
        // A new log holds nothing that would put right what reaches the database too early.
        await history.close()
        try history.open()
        await history.commitGroup(4, count: 1)
        history.disk.arm(DiskFault(.sync, of: "-wal", after: 0, result: 1034))
        await history.addModel(5)
        #expect(history.refused == [.auditUnavailable: 1])
        await history.kill()
        let before = history.disk.position
        try history.open()
        let after = history.disk.position
        await history.kill()
        var random = SplitMix64(seed: 8)
        var folder = CrashFolder(sectorSize: 4096)
        for position in before...after {
            folder.advance(to: position, of: history.disk)
            for kind in [CrashImage.Kind.lost, .ordered, .subset, .subset] {
                let image = CrashImage(folder, kind, using: &random)
                let result = await CrashTrial.run(image, history.claims, at: position, keys: history.state.keys, using: &random)
                guard result.problems.isEmpty, result.lost == 0 else {
                    Issue.record("cut at \(position) of \(before) to \(after), \(kind): \(result.problems.prefix(3))")
                    return
                }
            }
        }
    }

    /// A checkpoint beside a reader copies a part and syncs nothing; when the sync at the end of the next one fails, that part is lost to the
    /// kernel, and SQLite neither writes it again nor tells anybody.
    ///
    /// Who keeps the database open, as `holdfast audit verify` does, keeps SQLite's word for what was copied alive, too.
    @Test(arguments: [false, true]) func aDatabaseWhoseSyncFailedIsNotBuiltOn(_ readerStays: Bool) async throws {
        let history = try CrashHistory(seed: 6)
        try history.open()
        for number in 0..<10 { await history.commitGroup(number, count: 6) }
        var configuration = Configuration()
        configuration.readonly = true
        configuration.allowsUnsafeTransactions = true
        let reader = try DatabaseQueue(path: history.state.path + "/holdfast.db", configuration: configuration)
        try await reader.writeWithoutTransaction { try $0.execute(sql: "BEGIN; SELECT count(*) FROM fact") }
        for number in 10..<20 { await history.commitGroup(number, count: 6) }
        try await reader.writeWithoutTransaction { try $0.execute(sql: "COMMIT") }
        if !readerStays { try reader.close() }
        history.disk.arm(DiskFault(.sync, of: ".db", after: 0, result: 1034))
        for number in 20..<60 where history.refused.isEmpty { await history.commitGroup(number, count: 6) }
        #expect(history.disk.refusals == 1)
        await history.kill()
        try history.open()
        for number in 60..<80 { await history.commitGroup(number, count: 6) }
        await history.kill()
        if readerStays { try reader.close() }
        let result = await trial(history, .lost)
        #expect(result.problems.isEmpty, "\(result.problems.prefix(3))")
        #expect(result.lost == 0)
    }

    private func trial(_ history: CrashHistory, _ kind: CrashImage.Kind) async -> CrashTrial.Result {
        var folder = CrashFolder(sectorSize: 4096)
        folder.advance(to: history.disk.position, of: history.disk)
        var random = SplitMix64(seed: 5)
        let image = CrashImage(folder, kind, using: &random)
        return await CrashTrial.run(
            image, history.claims, at: history.disk.position, keys: history.state.keys, using: &random)
    }
}

/// What the armed faults did, over several histories.
private final class Refusals: Sendable {
    private let state = Mutex((count: 0, codes: Set<HoldfastError.Code>()))
    var count: Int { state.withLock { $0.count } }
    var codes: Set<HoldfastError.Code> { state.withLock { $0.codes } }

    /// Before the next is armed.
    func collect(_ history: CrashHistory) {
        let (refusals, refused) = (history.takeRefusals(), history.refused)
        state.withLock { state in
            state.count += refusals
            state.codes.formUnion(refused.keys)
        }
    }
}
