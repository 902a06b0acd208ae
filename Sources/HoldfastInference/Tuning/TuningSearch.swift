import HoldfastCore

/// Finds the fastest settings in a limited time, by successive elimination: each change alone; what did well, together, the worse half of it gone
/// after each round; the last one beside the defaults, several times in turn.
struct TuningSearch: Sendable {
    /// - Returns: nil when the engine cannot be started that way, or does not work then.
    typealias Measure = @Sendable (EngineTuning, TuningSamples.Size, _ round: Int) async throws -> EngineSpeed?

    static let fewestRounds = 4
    static let mostRounds = 8
    /// What differs by less is called equal, however quiet the machine is.
    static let leastNoise = 0.02

    let candidates: TuningCandidates
    let clock: any EngineClock
    /// After which no measurement is begun.
    let deadline: Duration
    let progress: @Sendable (TuningProgress) -> Void
    let measure: Measure

    private struct Run {
        var size = TuningSamples.Size.smallest
        /// What each measurement took, start of the engine and all.
        var costs: [Duration] = []
        var isSlow = false
        var trials = 0
        var round = 0
        var seen: [EngineTuning: [EngineSpeed]] = [:]
        var unsupported: [EngineTuning] = []

        /// What the next one takes, likely no more: the upper quartile of the last eight. One that others held up does not count for all.
        var cost: Duration {
            let sorted = costs.suffix(8).sorted()
            return sorted.isEmpty ? .zero : sorted[sorted.count * 3 / 4]
        }
    }

    /// - Throws: what ``measure`` throws; ``HoldfastError`` `engine_busy` when the time is not enough to compare anything.
    func run() async throws -> TuningOutcome {
        var run = Run()
        let defaults = candidates.defaults
        guard let first = try await take(defaults, .calibrate, (0, 2), &run) else { throw Self.unusable }
        run.size = Self.size(for: first)
        run.seen = [:]
        // The first start reads the file and has it checked: no other will take as long.
        run.costs = []
        guard try await take(defaults, .calibrate, (1, 2), &run) != nil else { throw Self.unusable }
        // What the last rounds take, with a little to spare, is set aside first; of a slow model, llama.cpp's own settings are left out there.
        run.isSlow = searchEnd(run) - clock.now < (deadline - clock.now) * 0.3
        guard searchEnd(run) > clock.now + run.cost else { throw Self.tooSlow }
        let coarseEnd = clock.now + (searchEnd(run) - clock.now) * 0.6
        var coarse = candidates.coarse(prompt: run.size.prompt)
        // Once more in between: a machine may become slower while it is measured.
        coarse.insert(defaults, at: coarse.count / 2)
        try await takeAll(coarse, .coarse, until: coarseEnd, &run)
        let best = try await finest(&run)
        return try await confirm(best, &run)
    }

    /// Until when may be searched, so that the last rounds still fit, by what a measurement has taken at most so far.
    private func searchEnd(_ run: Run) -> Duration { deadline - run.cost * ((run.isSlow ? 2 : 3) * Self.fewestRounds) * 1.25 }

    // MARK: Stages

    private func finest(_ run: inout Run) async throws -> EngineTuning? {
        guard let base = Self.typical(run.seen[candidates.defaults]) else { return nil }
        let alone = run.seen.filter { $0.key != candidates.defaults }.compactMapValues(Self.typical)
        var left = candidates.fine(base: base, seen: alone)
        while left.count > 1 {
            run.round += 1
            try await takeAll(left, .fine, until: deadline, &run)
            left = left.filter { run.seen[$0] != nil }.sorted { seconds($0, run) < seconds($1, run) }
            guard clock.now + run.cost < searchEnd(run) else { break }
            left = Array(left.prefix((left.count + 1) / 2))
        }
        return left.first { run.seen[$0] != nil || !run.unsupported.contains($0) }
    }

    private func confirm(_ best: EngineTuning?, _ run: inout Run) async throws -> TuningOutcome {
        let (defaults, engineDefaults) = (candidates.defaults, candidates.engineDefaults)
        var contestants = [defaults]
        if let best { contestants.append(best) }
        if !run.isSlow, !contestants.contains(engineDefaults), !run.unsupported.contains(engineDefaults) {
            contestants.append(engineDefaults)
        }
        var rounds: [[EngineTuning: EngineSpeed]] = []
        run.seen = [:]
        while rounds.count < Self.mostRounds {
            // The fewest are finished even if they take a little longer than was thought.
            let isEnough = rounds.count >= Self.fewestRounds
            guard clock.now + (isEnough ? run.cost * contestants.count : .zero) < deadline else { break }
            run.round += 1
            var round: [EngineTuning: EngineSpeed] = [:]
            // Each goes first in turn.
            for offset in contestants.indices {
                let contestant = contestants[(offset + rounds.count) % contestants.count]
                let place = (rounds.count * contestants.count + offset, Self.mostRounds * contestants.count)
                round[contestant] = try await take(contestant, .confirm, place, &run)
            }
            contestants.removeAll { $0 != defaults && round[$0] == nil }
            rounds.append(round)
        }
        return try outcome(contestants.contains { $0 == best } ? best : nil, rounds, run)
    }

    private func outcome(_ best: EngineTuning?, _ rounds: [[EngineTuning: EngineSpeed]], _ run: Run) throws -> TuningOutcome {
        func speeds(_ tuning: EngineTuning) -> [EngineSpeed] { rounds.compactMap { $0[tuning] } }
        let defaults = speeds(candidates.defaults)
        guard rounds.count >= Self.fewestRounds, defaults.count == rounds.count, let base = Self.typical(defaults) else {
            throw Self.tooSlow
        }
        let seconds = defaults.map(\.seconds)
        let spread = ((seconds.max() ?? 0) - (seconds.min() ?? 0)) / seconds.median
        var outcome = TuningOutcome(
            defaults: .init(tuning: candidates.defaults, speed: base), engineDefaults: nil, best: nil,
            gain: TuningGain(total: 1, prompt: 1, answer: 1), engineGain: nil, noise: max(Self.leastNoise, spread), isBetter: false,
            rounds: rounds.count, trials: run.trials, unsupported: run.unsupported)
        if let best, let speed = Self.typical(speeds(best)) {
            outcome.best = .init(tuning: best, speed: speed)
            outcome.gain = TuningGain(of: speeds(best), over: defaults)
            // To be as fast is enough for eight bits.
            let isQ8 = best.cacheType == .q8
            let slowest = speeds(best).map(\.seconds).max() ?? .infinity
            outcome.isBetter =
                isQ8 ? outcome.gain.total > 1 - outcome.noise : outcome.gain.total > 1 + outcome.noise && slowest < seconds.min() ?? 0
        }
        let engine = speeds(candidates.engineDefaults)
        if engine.count == rounds.count, let speed = Self.typical(engine) {
            outcome.engineDefaults = .init(tuning: candidates.engineDefaults, speed: speed)
            let used = outcome.isBetter ? best.map(speeds) ?? defaults : defaults
            outcome.engineGain = TuningGain(of: used, over: engine)
        }
        return outcome
    }

    // MARK: Measuring

    private func takeAll(_ list: [EngineTuning], _ stage: TuningProgress.Stage, until end: Duration, _ run: inout Run) async throws {
        for (number, tuning) in list.enumerated() where !run.unsupported.contains(tuning) {
            guard clock.now + run.cost < min(end, searchEnd(run)) else { return }
            _ = try await take(tuning, stage, (number, list.count), &run)
        }
    }

    private func take(
        _ tuning: EngineTuning, _ stage: TuningProgress.Stage, _ place: (done: Int, total: Int), _ run: inout Run
    ) async throws -> EngineSpeed? {
        let started = clock.now
        run.trials += 1
        let speed = try await measure(tuning, run.size, run.round)
        run.costs.append(clock.now - started)
        if let speed {
            run.seen[tuning, default: []].append(speed)
        } else if !run.unsupported.contains(tuning) {
            run.unsupported.append(tuning)
        }
        progress(TuningProgress(stage: stage, done: place.done + 1, total: place.total, tuning: tuning, speed: speed))
        return speed
    }

    /// Of settings that are about as fast, those win that differ in less from the defaults: a hundredth is counted for each difference. Eight
    /// bits are tried only where they were asked for, because of their size, and are counted the other way.
    private func seconds(_ tuning: EngineTuning, _ run: Run) -> Double {
        let handicap = 0.01 * Double(candidates.differences(of: tuning)) - (tuning.cacheType == .q8 ? 0.03 : 0)
        return (Self.typical(run.seen[tuning])?.seconds ?? .infinity) * (1 + handicap)
    }

    private static func typical(_ speeds: [EngineSpeed]?) -> EngineSpeed? {
        guard let speeds, !speeds.isEmpty else { return nil }
        return EngineSpeed(prompt: speeds.map(\.prompt).median, answer: speeds.map(\.answer).median)
    }

    /// About a second for each of both phases.
    private static func size(for speed: EngineSpeed) -> TuningSamples.Size {
        let (least, most) = (TuningSamples.Size.smallest, TuningSamples.Size.largest)
        func count(_ rate: Double, _ seconds: Double, _ range: ClosedRange<Int>) -> Int {
            Int(max(Double(range.lowerBound), min(Double(range.upperBound), rate * seconds)))
        }
        return TuningSamples.Size(
            prompt: count(speed.prompt, 1.2, least.prompt...most.prompt), answer: count(speed.answer, 0.5, least.answer...most.answer))
    }

    static let tooSlow = HoldfastError(
        .engineBusy,
        "The time was not enough to compare anything: the model is too slow for that, or the machine too busy. Nothing was changed.",
        hint: "holdfast model tune NAME --seconds 100, when the machine has nothing else to do", retryAfter: 60)
    private static let unusable = HoldfastError(
        .engineFailed, "The engine did not answer with its own settings. Nothing was changed.", hint: "holdfast model load NAME")
}
