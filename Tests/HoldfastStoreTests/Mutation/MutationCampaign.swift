import Foundation
import HoldfastCore
import HoldfastCrypto
import HoldfastTestSupport
import Testing

@testable import HoldfastStore

/// Somebody changes a stopped node's files at random. `audit verify` must find every change that the promise covers:
/// - a record, a hash or a checkpoint that was changed, removed, added, moved or cut off, by the verifier key alone;
/// - an older whole copy, or a log cut off together with all that speaks of its end, against a checkpoint that was kept.
@Suite(.serialized) struct MutationCampaign {
    @Test func everyMutationIsFound() async throws {
        let seed = Campaign.seed
        var random = SplitMix64(seed: seed)
        let subject = try await MutatedLog(random: &random)
        var figures: [Mutation: (trials: Int, found: Int)] = [:]
        var missed: [String] = []
        for _ in 0..<Campaign.trials(short: 4, long: 400) {
            for mutation in Mutation.allCases {
                try subject.restore()
                guard let what = try mutation.apply(to: subject, &random) else { continue }
                let found = await subject.isFound(againstKept: mutation.needsKeptCheckpoint)
                figures[mutation, default: (0, 0)].trials += 1
                if found { figures[mutation]?.found += 1 } else { missed.append("\(mutation.rawValue): \(what)") }
            }
        }
        try subject.restore()
        #expect(await !subject.isFound(againstKept: true), "the log itself holds")
        #expect(missed.isEmpty, "seed \(seed): \(missed.prefix(20))")
        #expect(figures.count == Mutation.allCases.count, "each kind was tried: \(figures.keys)")
        let trials = figures.values.reduce(0) { $0 + $1.trials }
        print("\(trials) mutations of \(Mutation.allCases.count) kinds, \(missed.count) not found")
        try Campaign.record(
            "mutation",
            [
                "seed": .string("\(seed)"), "records": .integer(Int64(MutatedLog.size)), "trials": .integer(Int64(trials)),
                "not_found": .integer(Int64(missed.count)),
                "kinds": .object(
                    Dictionary(
                        uniqueKeysWithValues: figures.map { kind, figure in
                            (kind.rawValue, ["trials": .integer(Int64(figure.trials)), "found": .integer(Int64(figure.found))])
                        })),
            ])
    }
}
