import HoldfastCore
import HoldfastTestSupport
import Synchronization
import Testing

@testable import HoldfastStore

/// Figures of many trials.
struct CrashFigures: Sendable {
    var trials = 0
    var recordsAcknowledged = 0
    var recordsExpected = 0
    var lost = 0
    var failedTrials = 0
    var images: [String: Int] = [:]
    /// Recoveries of a running store from a disk error: that succeeded, that failed too, and power cuts in the middle of either.
    var recoveries = 0
    var failedRecoveries = 0
    var cutsInRecovery = 0
    var problems: [String] = []

    mutating func add(_ result: CrashTrial.Result, _ kind: CrashImage.Kind, _ context: String) {
        trials += 1
        recordsExpected += result.expected
        lost += result.lost
        failedTrials += result.problems.isEmpty ? 0 : 1
        images[kind.rawValue, default: 0] += 1
        if problems.count < 20 { problems += result.problems.prefix(3).map { "\(context): \($0)" } }
    }
}

/// Runs histories and cuts the power in each, again and again.
struct PowerCuts {
    var seed: UInt64
    var steps = 40
    var cutsPerHistory = 50
    var synchronous = "FULL"
    var isLying = false
    /// Asked before each step; what it arms may break the history's disk.
    var disturb: @Sendable (CrashHistory, Int) async -> Void = { _, _ in }

    func run(trials: Int) async throws -> CrashFigures {
        var figures = CrashFigures()
        var random = SplitMix64(seed: seed)
        var next: CrashHistory?
        while figures.trials < trials {
            let history = try next ?? CrashHistory(seed: random.next(), synchronous: synchronous)
            next = nil
            history.disk.setLying(isLying)
            let before = history.claims.records.count
            for number in 0..<steps {
                await disturb(history, number)
                try await history.step(number)
            }
            if Bool.random(using: &random) { await history.close() } else { await history.kill() }
            figures.recordsAcknowledged += history.claims.records.count - before
            let recoveries = history.recoveries.withLock { $0 }
            figures.recoveries += recoveries.count { $0.succeeded }
            figures.failedRecoveries += recoveries.count { !$0.succeeded }
            next = try await cut(history, min(cutsPerHistory, trials - figures.trials), &figures, &random)
        }
        return figures
    }

    /// - Returns: a history that goes on from one of the images, in half of all cases.
    private func cut(
        _ history: CrashHistory, _ count: Int, _ figures: inout CrashFigures, _ random: inout SplitMix64
    ) async throws -> CrashHistory? {
        let (claims, keys, end) = (history.claims, history.state.keys, history.disk.position)
        var folder = CrashFolder(sectorSize: Bool.random(using: &random) ? 512 : 4096, content: history.initial)
        let syncs = (0..<end).filter { history.disk.operation($0).isSync }
        let recoveries = history.recoveries.withLock { $0.map(\.range) }.filter { !$0.isEmpty }
        let positions = (0..<count).map { _ -> Int in
            switch Int.random(in: 0..<(recoveries.isEmpty ? 3 : 4), using: &random) {
            // Around a sync, where promises are made.
            case 0: min(end, max(0, (syncs.randomElement(using: &random) ?? 0) + Int.random(in: -1...2, using: &random)))
            case 1: claims.records.randomElement(using: &random)?.position ?? end
            case 2: Int.random(in: 0...end, using: &random)
            default: Int.random(in: recoveries.randomElement(using: &random) ?? 0..<1, using: &random)
            }
        }.sorted()
        let continued = Bool.random(using: &random) ? Int.random(in: 0..<max(1, count), using: &random) : -1
        var next: CrashHistory?
        for (number, position) in positions.enumerated() {
            folder.advance(to: position, of: history.disk)
            let kind = CrashImage.Kind.allCases.randomElement(using: &random) ?? .subset
            let image = CrashImage(folder, kind, using: &random)
            let result = await CrashTrial.run(image, claims, at: position, keys: keys, using: &random)
            if recoveries.contains(where: { $0.contains(position) }) { figures.cutsInRecovery += 1 }
            figures.add(result, kind, "cut at \(position) of \(end), \(kind), sectors of \(folder.sectorSize)")
            if number == continued, result.problems.isEmpty {
                next = try CrashHistory(
                    seed: random.next(), continuing: image, keys: keys, claims: claims.certain(at: position), synchronous: synchronous)
            }
        }
        return next
    }
}

@Suite(.serialized) struct PowerLossCampaign {
    @Test func noAcknowledgedRecordIsLostByAPowerCut() async throws {
        let seed = Campaign.seed
        let start = ContinuousClock.now
        var cuts = PowerCuts(seed: seed, steps: Campaign.isLong ? 80 : 40, cutsPerHistory: Campaign.isLong ? 100 : 50)
        // A disk error now and then, from which the running store recovers: in the middle of that the power goes as well.
        cuts.disturb = { history, _ in
            guard history.pick({ Int.random(in: 0..<8, using: &$0) }) == 0,
                let kind = history.pick({ DiskFaultCampaign.kinds.randomElement(using: &$0) })
            else { return }
            history.arm(kind.fault(after: 0, times: 1))
        }
        let figures = try await cuts.run(trials: Campaign.trials(short: 150, long: 10_000))
        #expect(figures.lost == 0 && figures.failedTrials == 0, "seed \(seed): \(figures.problems.joined(separator: "\n"))")
        #expect(figures.recordsExpected > figures.trials)
        let duration = ContinuousClock.now - start
        try Campaign.record(
            "power-loss",
            [
                "trials": .integer(Int64(figures.trials)), "records_acknowledged": .integer(Int64(figures.recordsAcknowledged)),
                "records_checked": .integer(Int64(figures.recordsExpected)), "losses": .integer(Int64(figures.lost)),
                "failed_trials": .integer(Int64(figures.failedTrials)),
                "recoveries_of_the_running_store": .integer(Int64(figures.recoveries)),
                "recoveries_that_failed_too": .integer(Int64(figures.failedRecoveries)),
                "cuts_in_the_middle_of_a_recovery": .integer(Int64(figures.cutsInRecovery)),
                "images_by_kind": .object(figures.images.mapValues { .integer(Int64($0)) }), "seed": .string("\(seed)"),
                "duration_seconds": .integer(duration.components.seconds),
            ])
        print(
            "power cuts: \(figures.trials) trials, \(figures.recordsAcknowledged) records acknowledged, "
                + "\(figures.recordsExpected) checked, \(figures.lost) lost, \(figures.recoveries) recoveries, "
                + "\(figures.failedRecoveries) failed, \(figures.cutsInRecovery) cuts within one, \(duration)")
    }

    /// The method must be able to fail.
    @Test(arguments: ["OFF", "NORMAL"]) func aStoreThatDoesNotSyncIsFoundOut(_ synchronous: String) async throws {
        let figures = try await PowerCuts(seed: 1, cutsPerHistory: 25, synchronous: synchronous).run(trials: 25)
        #expect(figures.lost > 0)
    }

    @Test func aDiskThatLiesAboutSyncsIsFoundOut() async throws {
        let figures = try await PowerCuts(seed: 2, cutsPerHistory: 25, isLying: true).run(trials: 25)
        #expect(figures.lost > 0)
    }
}
