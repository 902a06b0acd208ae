import HoldfastCore
import HoldfastTestSupport
import Testing

@testable import HoldfastStore

/// A file system of eight MiB that fills up at any moment: by the store's own records or by somebody else, to the last block, with and without
/// a reserve; the process ends on it, and starts on it.
@Suite(.serialized) struct FullDiskCampaign {
    private struct Figures {
        var acknowledged = 0
        var refused = 0
        var lost = 0
        var startsOnAFullDisk = 0
        var startsRefused = 0
    }

    @Test(.enabled(if: SmallDisk.isPossible, "mounting a tmpfs needs root and CAP_SYS_ADMIN"))
    func nothingIsLostWhenADiskFillsUp() async throws {
        let seed = Campaign.seed
        var random = SplitMix64(seed: seed)
        var figures = Figures()
        let trials = Campaign.trials(short: 3, long: 200)
        for trial in 0..<trials {
            do { try await run(&random, &figures) } catch { Issue.record("seed \(seed), trial \(trial): \(error)") }
        }
        #expect(figures.lost == 0, "seed \(seed)")
        #expect(figures.refused > 0 && figures.acknowledged > trials)
        print(
            "full disk: \(trials) trials, \(figures.acknowledged) records acknowledged, \(figures.refused) refused, \(figures.lost) lost, "
                + "\(figures.startsOnAFullDisk) starts on a full disk, \(figures.startsRefused) of them refused")
        try Campaign.record(
            "full-disk",
            [
                "seed": .string("\(seed)"), "trials": .integer(Int64(trials)),
                "records_acknowledged": .integer(Int64(figures.acknowledged)),
                "records_refused": .integer(Int64(figures.refused)), "losses": .integer(Int64(figures.lost)),
                "starts_on_a_full_disk": .integer(Int64(figures.startsOnAFullDisk)),
                "starts_refused_with_the_reason": .integer(Int64(figures.startsRefused)),
            ])
    }

    private func run(_ random: inout SplitMix64, _ figures: inout Figures) async throws {
        let mount = try SmallDisk()
        let state = try CrashState(in: mount.path)
        let reserve: Int64 = Bool.random(using: &random) ? 1 << 20 : 0
        var acknowledged: [Int64: [UInt8]] = [:]
        var next = 0
        var store: NodeStore? = try state.open(auditReserve: reserve)
        for _ in 0..<Int.random(in: 2...5, using: &random) {
            if let open = store {
                try await append(open, Int.random(in: 20...400, using: &random), &next, &random, &acknowledged, &figures)
                if Bool.random(using: &random) { try mount.fill() }
                try await append(open, Int.random(in: 5...60, using: &random), &next, &random, &acknowledged, &figures)
                #expect(open.failure == nil, "a full disk is no disk error")
                if Bool.random(using: &random) { _ = try? await open.checkpoint() }
                await open.close()
            }
            figures.startsOnAFullDisk += 1
            do { store = try state.open(auditReserve: reserve) } catch let error as HoldfastError where error.code == .diskFull {
                figures.startsRefused += 1
                store = nil
            }
            if let store { try await check(acknowledged, in: store, &figures) }
            if Bool.random(using: &random) { try? mount.empty() }
        }
        await store?.close()
        try? mount.empty()
        try mount.grow(to: "32m")
        let last = try state.open(auditReserve: reserve)
        try await append(last, 20, &next, &random, &acknowledged, &figures, mustFit: true)
        try await check(acknowledged, in: last, &figures)
        await last.close()
        let report = try await AuditVerifier(stateDirectory: state.path).verify()
        guard report.holds else { throw TestFailure("audit verify: \(report.firstProblem?.what ?? "?")") }
    }

    private func append(
        _ store: NodeStore, _ count: Int, _ next: inout Int, _ random: inout SplitMix64, _ acknowledged: inout [Int64: [UInt8]],
        _ figures: inout Figures, mustFit: Bool = false
    ) async throws {
        for _ in 0..<count {
            next += 1
            var record = AuditRecord.sample(next)
            record.actor.rule = String(repeating: "r", count: [100, 1000, 8000].randomElement(using: &random) ?? 100)
            let (finished, essential) = (record, Int.random(in: 0..<4, using: &random) == 0)
            do {
                let index = try await store.commit(essential: essential) { try $0.append(finished) }
                acknowledged[index] = try await store.audit.record(at: index)?.bytes
                figures.acknowledged += 1
            } catch let error as HoldfastError where [.diskFull, .auditUnavailable].contains(error.code) && !mustFit {
                figures.refused += 1
            }
        }
    }

    private func check(_ acknowledged: [Int64: [UInt8]], in store: NodeStore, _ figures: inout Figures) async throws {
        let records = try await store.audit.records(matching: AuditFilter(), after: -1, limit: .max)
        let found = Dictionary(uniqueKeysWithValues: records.map { ($0.index, $0.bytes) })
        figures.lost += acknowledged.count { found[$0.key] != $0.value }
    }
}
