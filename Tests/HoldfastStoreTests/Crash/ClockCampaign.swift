import HoldfastCore
import HoldfastTestSupport
import Synchronization
import Testing

@testable import HoldfastStore

/// The clock goes to 1970, backwards and forwards while a store works, and then the power goes: nothing is lost, nothing is out of order, and
/// no entry becomes old enough to go by it.
@Suite(.serialized) struct ClockCampaign {
    static let day: Int64 = 86_400_000
    /// From a clock without a battery to one that overflowed.
    static let places: [Int64] = [
        0, 1, -1, 1_000_000_000_000, 1_700_000_000_000, 1_700_000_000_000 - 400 * day, 1_700_000_000_000 + 400 * day,
        Int64(Int32.max) * 1000, 4_102_444_800_000, 253_402_300_799_000,
    ]

    @Test func aClockThatJumpsLosesNothingAndMakesNothingOld() async throws {
        let seed = Campaign.seed
        let jumps = Atomic<Int>(0)
        let wronglyOld = Atomic<Int>(0)
        var cuts = PowerCuts(seed: seed, steps: 80, cutsPerHistory: Campaign.isLong ? 25 : 10)
        cuts.disturb = { history, number in
            // A node begins with a right clock; what its first record says is all it knows.
            if number > 10, history.pick({ Int.random(in: 0..<4, using: &$0) }) == 0 {
                history.clock.store(history.pick(Self.jump), ordering: .relaxed)
                jumps.wrappingAdd(1, ordering: .relaxed)
            }
            wronglyOld.wrappingAdd(await history.keepRetention(), ordering: .relaxed)
        }
        let figures = try await cuts.run(trials: Campaign.trials(short: 30, long: 2000))
        #expect(figures.lost == 0 && figures.failedTrials == 0, "seed \(seed): \(figures.problems.joined(separator: "\n"))")
        let (jumped, old) = (jumps.load(ordering: .relaxed), wronglyOld.load(ordering: .relaxed))
        #expect(old == 0, "seed \(seed)")
        #expect(jumped > 0)
        print("clock: \(figures.trials) trials, \(jumped) jumps, \(figures.recordsExpected) records checked, \(figures.lost) lost")
        try Campaign.record(
            "clock",
            [
                "seed": .string("\(seed)"), "trials": .integer(Int64(figures.trials)), "jumps": .integer(Int64(jumped)),
                "records_acknowledged": .integer(Int64(figures.recordsAcknowledged)),
                "records_checked": .integer(Int64(figures.recordsExpected)), "losses": .integer(Int64(figures.lost)),
                "failed_trials": .integer(Int64(figures.failedTrials)), "entries_that_became_old_by_a_jump": .integer(Int64(old)),
            ])
    }

    private static func jump(_ random: inout SplitMix64) -> Int64 {
        let place = places.randomElement(using: &random) ?? 0
        return Bool.random(using: &random) ? place : place + Int64.random(in: -day...day, using: &random)
    }
}

extension CrashHistory {
    /// The hourly round of the retention, in which no time has passed to speak of.
    /// - Returns: 1 when something would have gone.
    func keepRetention() async -> Int {
        guard isOpen, let store = try? store, store.failure == nil else { return 0 }
        let now = clock.load(ordering: .relaxed)
        guard let time = try? await store.advanceTrustedTime(now: now, elapsed: 60_000) else { return 0 }
        return (try? await store.plan(before: time - 200 * ClockCampaign.day, now: now)) == nil ? 0 : 1
    }
}
