import HoldfastCore
import HoldfastTestSupport
import Synchronization
import Testing

@testable import HoldfastInference

/// The search on machines whose speed is known; time is what the measurements say they took.
struct TuningSearchTests {
    /// Multiplies speeds by what each setting does, and by chance.
    private struct Machine: Sendable {
        var prompt = 500.0
        var answer = 50.0
        var promptFactor: @Sendable (EngineTuning) -> Double = { _ in 1 }
        var answerFactor: @Sendable (EngineTuning) -> Double = { _ in 1 }
        /// Equal measurements differ by so much at most, as a share.
        var noise = 0.0
        var loadSeconds = 0.3
        var refuses: @Sendable (EngineTuning) -> Bool = { _ in false }
    }

    private let defaults = EngineTuning(microBatchSize: 128, flashAttention: true)

    private func search(
        _ machine: Machine, seconds: Int = 90, cores: Int = 4, threadsAreFixed: Bool = false, allowsQ8: Bool = false, seed: UInt64 = 1,
        clock: ManualClock = ManualClock()
    ) async throws -> TuningOutcome {
        let random = Mutex(SplitMix64(seed: seed))
        let search = TuningSearch(
            candidates: TuningCandidates(defaults: defaults, cores: cores, threadsAreFixed: threadsAreFixed, allowsQ8: allowsQ8),
            clock: clock, deadline: .seconds(seconds), progress: { _ in }
        ) { tuning, size, _ in
            guard !machine.refuses(tuning) else { return nil }
            let (first, second) = random.withLock { random in
                (Double.random(in: -1...1, using: &random), Double.random(in: -1...1, using: &random))
            }
            let speed = EngineSpeed(
                prompt: machine.prompt * machine.promptFactor(tuning) * (1 + first * machine.noise),
                answer: machine.answer * machine.answerFactor(tuning) * (1 + second * machine.noise))
            let took = machine.loadSeconds + Double(size.prompt) * 1.25 / speed.prompt + Double(size.answer) * 2 / speed.answer
            clock.advance(.nanoseconds(Int64(took * 1e9)))
            return speed
        }
        return try await search.run()
    }

    @Test("The best of each setting is found, together, and what it gains is said")
    func best() async throws {
        var machine = Machine(noise: 0.01)
        machine.promptFactor = { [256: 1.4, 512: 1.2, 64: 0.8, 32: 0.5][$0.microBatchSize, default: 1] * ($0.batchThreads == 4 ? 1.2 : 1) }
        machine.answerFactor = { ($0.flashAttention ? 1 : 1.3) * ($0.threads == 2 ? 1.1 : 1) * ($0.speculation == .mod ? 0.6 : 1) }
        let clock = ManualClock()
        let outcome = try await search(machine, clock: clock)
        let best = EngineTuning(threads: 2, batchThreads: 4, microBatchSize: 256, flashAttention: false)
        #expect(outcome.isBetter && outcome.best?.tuning == best, "\(outcome)")
        #expect(abs(outcome.gain.prompt - 1.68) < 0.05 && abs(outcome.gain.answer - 1.43) < 0.05, "\(outcome.gain)")
        #expect(outcome.rounds >= TuningSearch.fewestRounds && outcome.noise < 0.05)
        // Over llama.cpp's own settings, micro-batches of 512, it is less.
        #expect(abs((outcome.engineGain?.prompt ?? 0) - 1.4) < 0.05, "\(outcome)")
        #expect(clock.now < .seconds(100))
    }

    @Test("What is no better is not chosen, and that is said: here the defaults are best")
    func defaultsAreBest() async throws {
        var machine = Machine(noise: 0.01)
        machine.promptFactor = { [defaults] in $0.microBatchSize == defaults.microBatchSize ? 1 : 0.9 }
        machine.answerFactor = { [defaults] in $0.flashAttention == defaults.flashAttention && $0.speculation == .off ? 1 : 0.95 }
        for seed in 1...20 {
            let outcome = try await search(machine, seed: UInt64(seed))
            #expect(!outcome.isBetter, "\(outcome)")
        }
    }

    @Test("A gain within the noise of the same run is none; on a quiet machine the same gain is one")
    func noise() async throws {
        var machine = Machine()
        machine.answerFactor = { $0.flashAttention ? 1 : 1.06 }
        #expect(try await search(machine).isBetter)
        machine.noise = 0.25
        for seed in 1...20 {
            let outcome = try await search(machine, seed: UInt64(seed))
            #expect(!outcome.isBetter || outcome.gain.total > 1 + outcome.noise, "\(outcome)")
        }
    }

    @Test("Where all settings are equal, chance makes one better in few runs of a hundred")
    func chance() async throws {
        for noise in [0.02, 0.1, 0.3] {
            var chosen = 0
            for seed in 1...1000 { chosen += try await search(Machine(noise: noise), seed: UInt64(seed)).isBetter ? 1 : 0 }
            #expect(chosen < 20, "\(chosen) of 1000 with a noise of \(noise)")
        }
    }

    @Test("Settings that the engine does not know are passed over and named")
    func unsupported() async throws {
        var machine = Machine()
        machine.refuses = { $0.speculation != .off || !$0.flashAttention }
        machine.promptFactor = { $0.microBatchSize == 256 ? 1.5 : 1 }
        let outcome = try await search(machine)
        #expect(outcome.best?.tuning.microBatchSize == 256 && outcome.isBetter)
        #expect(Set(outcome.unsupported.map(\.speculation)).isSuperset(of: [.simple, .map, .mod]))
        #expect(outcome.unsupported.contains { !$0.flashAttention })
    }

    @Test("An engine that does not answer with the node's own settings is an error")
    func broken() async throws {
        var machine = Machine()
        machine.refuses = { _ in true }
        let error = await failure { _ = try await search(machine) }
        #expect(error?.code == .engineFailed)
    }

    @Test("Threads that are configured are not tried; 8 bits only when they were asked for, and then they win a tie")
    func bounds() async throws {
        let tried = Mutex<Set<EngineTuning>>([])
        var machine = Machine()
        machine.promptFactor = { tuning in
            tried.withLock { _ = $0.insert(tuning) }
            return 1
        }
        _ = try await search(machine, threadsAreFixed: true)
        #expect(tried.withLock { $0.allSatisfy { $0.threads == nil && $0.batchThreads == nil && $0.cacheType == .f16 } })
        let outcome = try await search(machine, allowsQ8: true)
        #expect(outcome.isBetter && outcome.best?.tuning.cacheType == .q8, "\(outcome)")
        machine.answerFactor = { $0.cacheType == .q8 ? 0.8 : 1 }
        #expect(try await !search(machine, allowsQ8: true).isBetter)
    }

    @Test("A slow model is compared with less, and one that is too slow is refused; neither takes longer than it may")
    func slow() async throws {
        var machine = Machine(prompt: 20, answer: 4, loadSeconds: 1)
        machine.answerFactor = { $0.flashAttention ? 1 : 1.5 }
        let clock = ManualClock()
        let outcome = try await search(machine, seconds: 100, clock: clock)
        #expect(outcome.best?.tuning.flashAttention == false && clock.now < .seconds(115), "\(outcome)")
        let refused = await failure { _ = try await search(Machine(prompt: 2, answer: 0.5, loadSeconds: 10)) }
        #expect(refused?.code == .engineBusy)
    }

    @Test("Whatever the machine: the end comes in time, and nothing is chosen that was not better by more than the noise")
    func anything() async throws {
        for seed in 1...UInt64(Campaign.trials(short: 200, long: 10_000)) {
            var random = SplitMix64(seed: seed)
            func factors<Key: Hashable>(_ keys: [Key]) -> [Key: Double] {
                Dictionary(uniqueKeysWithValues: keys.map { ($0, Double.random(in: 0.5...1.5, using: &random)) })
            }
            let (micro, flash, threads) = (factors([32, 64, 128, 256, 512]), factors([true, false]), factors(Array(0...8)))
            let spec = factors(EngineTuning.Speculation.allCases)
            let refused = Set(EngineTuning.Speculation.allCases.filter { $0 != .off && Bool.random(using: &random) })
            let machine = Machine(
                prompt: .random(in: 5...5000, using: &random), answer: .random(in: 2...200, using: &random),
                promptFactor: {
                    micro[$0.microBatchSize, default: 1] * flash[$0.flashAttention, default: 1] * threads[$0.batchThreads ?? 0, default: 1]
                },
                answerFactor: {
                    flash[$0.flashAttention, default: 1] * threads[$0.threads ?? 0, default: 1] * spec[$0.speculation, default: 1]
                },
                noise: .random(in: 0...0.3, using: &random), loadSeconds: .random(in: 0.05...3, using: &random),
                refuses: { refused.contains($0.speculation) })
            let clock = ManualClock()
            do {
                let outcome = try await search(
                    machine, seconds: .random(in: 10...100, using: &random), cores: .random(in: 1...8, using: &random), seed: seed,
                    clock: clock)
                #expect(!outcome.isBetter || outcome.gain.total > 1 + outcome.noise)
                #expect(outcome.noise >= TuningSearch.leastNoise && outcome.rounds >= TuningSearch.fewestRounds)
            } catch let error as HoldfastError where error.code == .engineBusy {}
            #expect(clock.now < .seconds(100) + .seconds(60), "seed \(seed): \(clock.now)")
        }
    }
}
