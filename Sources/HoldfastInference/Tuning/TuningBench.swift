import HoldfastCore

/// Measures a model under many settings, with engines of its own, on a node that goes on serving.
///
/// Requests come first: while one waits or is computed nothing is measured, and a measurement under way is broken off and done again.
public struct TuningBench: Sendable {
    private let engines: EngineManager
    private let model: LoadableModel
    private let settings: EngineSettings
    private let clock: any EngineClock
    private let numbers = EngineNumbers()

    /// - Parameters:
    ///   - model: without settings of its own.
    ///   - settings: the node's own.
    public init(engines: EngineManager, model: LoadableModel, settings: EngineSettings, clock: any EngineClock = SystemEngineClock()) {
        self.engines = engines
        self.model = model
        self.settings = settings
        self.clock = clock
    }

    /// - Parameters:
    ///   - cores: how many threads may be tried.
    ///   - allowsQ8: whether keys and values in 8 bits may be chosen, which change answers a little.
    ///   - time: after which no measurement is begun; one that is under way has fifteen seconds more.
    ///   - progress: must not wait.
    /// - Throws: ``HoldfastError`` `engine_busy` when the node had no time for it, `insufficient_memory`; what an engine with the node's own settings
    ///   throws; `CancellationError`, and no engine is left then.
    public func run(
        cores: Int, allowsQ8: Bool, within time: Duration, progress: @escaping @Sendable (TuningProgress) -> Void
    ) async throws -> TuningOutcome {
        let deadline = clock.now + time
        let candidates = TuningCandidates(
            defaults: settings.tuning, cores: cores, threadsAreFixed: settings.threads != nil, allowsQ8: allowsQ8)
        let search = TuningSearch(candidates: candidates, clock: clock, deadline: deadline, progress: progress) { tuning, size, round in
            try await measure(tuning, size, round, isDefault: tuning == settings.tuning, deadline, progress)
        }
        return try await search.run()
    }

    /// One slot with a short context: it computes as one of many does, and takes little memory beside what is loaded.
    private func candidate(_ tuning: EngineTuning) -> LoadableModel {
        var candidate = model
        var settings = settings.tuned(tuning)
        settings.isTrial = true
        settings.slots = 1
        settings.contextLength = min(settings.contextLength, 1024)
        candidate.settings = settings
        return candidate
    }

    private func measure(
        _ tuning: EngineTuning, _ size: TuningSamples.Size, _ round: Int, isDefault: Bool, _ deadline: Duration,
        _ progress: @Sendable (TuningProgress) -> Void
    ) async throws -> EngineSpeed? {
        while true {
            try await waitUntilUnwanted(deadline, progress)
            do {
                return try await undisturbed(until: deadline + Self.overtime) { try await measured(tuning, size, round) }
            } catch is Disturbance {
                continue
            } catch let error as HoldfastError where !isDefault && Self.isOfCandidate(error) {
                return nil
            }
        }
    }

    /// An engine that cannot be run this way is no reason to stop.
    private static func isOfCandidate(_ error: HoldfastError) -> Bool {
        [.engineFailed, .engineStalled, .engineViolation, .engineOutOfMemory, .engineLimit, .insufficientMemory, .invalidRequest]
            .contains(error.code)
    }

    private func measured(_ tuning: EngineTuning, _ size: TuningSamples.Size, _ round: Int) async throws -> EngineSpeed? {
        var size = size
        let candidate = candidate(tuning)
        // Prompt and answer together must fit, whatever the tokenizer makes of them.
        let context = candidate.settings?.context(for: candidate) ?? 1024
        size.prompt = min(size.prompt, context / 2)
        size.answer = min(size.answer, context / 8)
        return try await engines.trial(of: candidate) { [size] engine in
            var (prompt, answer) = ((tokens: 0, time: Duration.zero), (tokens: 0, time: Duration.zero))
            for request in TuningSamples.requests(size, round: round) {
                // A tenant of its own each time: nothing that was computed before is used again.
                let terms = RequestTerms(tenant: "(tuning \(numbers.next()))", priority: .batch)
                guard let done = try await engine.generate(request, for: terms).collect() else { return nil }
                prompt = (prompt.tokens + done.usage.prompt - done.usage.cached, prompt.time + done.timings.prompt)
                answer = (answer.tokens + done.usage.completion, answer.time + done.timings.completion)
            }
            guard prompt.tokens > 0, answer.tokens > 0, prompt.time > .zero, answer.time > .zero else { return nil }
            return EngineSpeed(
                prompt: Double(prompt.tokens) / prompt.time.inSeconds, answer: Double(answer.tokens) / answer.time.inSeconds)
        }
    }

    private static let overtime = Duration.seconds(15)

    // MARK: Others come first

    /// Somebody wants the node.
    private struct Disturbance: Error {}

    private func waitUntilUnwanted(_ deadline: Duration, _ progress: @Sendable (TuningProgress) -> Void) async throws {
        var said = false
        while await engines.isWanted() {
            guard clock.now < deadline else {
                throw HoldfastError(
                    .engineBusy, "The node had too much to do to be measured. Nothing was changed.",
                    hint: "holdfast ps shows who is busy; try again when it is quiet", retryAfter: 60)
            }
            if !said { progress(TuningProgress(stage: .waiting, done: 0, total: 0, tuning: nil, speed: nil)) }
            said = true
            try await clock.sleep(for: .milliseconds(100))
        }
    }

    /// - Throws: ``Disturbance``, after `work` was cancelled and has ended; ``TuningSearch/tooSlow``.
    private func undisturbed<Value: Sendable>(
        until limit: Duration, _ work: @escaping @Sendable () async throws -> Value
    ) async throws -> Value {
        try await withThrowingTaskGroup(of: Value.self) { group in
            group.addTask { try await work() }
            group.addTask {
                while await !engines.isWanted() {
                    guard clock.now < limit else { throw TuningSearch.tooSlow }
                    try await clock.sleep(for: .milliseconds(20))
                }
                throw Disturbance()
            }
            defer { group.cancelAll() }
            guard let value = try await group.next() else { throw CancellationError() }
            return value
        }
    }
}
