public import HoldfastCore

/// The engines of this node. It keeps their processes: loads each model once however many ask, follows each to its end, and ends it.
///
/// What is to be done it asks of `Scheduling`: ``LoadPlan`` (does it fit, who must go), ``ModelTurns`` (whose turn it is), ``KeepAliveClaims``
/// (how long it stays), ``FailureLedger`` (is it tried at all). Whose turn it is for a slot of a loaded engine is ``FairQueue``'s.
public actor EngineManager {
    struct Loading {
        let model: LoadableModel
        let need: MemoryNeed
        let result: SharedResult<any Engine>
    }

    struct Loaded {
        let engine: any Engine
        let need: MemoryNeed
        let since: Duration
        var uses = 0
        var claims: KeepAliveClaims
    }

    enum Entry {
        case loading(Loading)
        case loaded(Loaded)
        case stopping(any Engine, need: MemoryNeed)
    }

    let driver: any EngineDriver
    let memory: MemoryAdmission?
    let keepAlive: KeepAlive
    private let bounds: QueueBounds
    let clock: any EngineClock
    let onEvent: @Sendable (EngineEvent) -> Void
    var entries: [SHA256Digest: Entry] = [:]
    private var loads: [SHA256Digest: Task<Void, Never>] = [:]
    /// Requests that will use the model the moment it is loaded: with them it is not idle.
    var promised: [SHA256Digest: Int] = [:]
    private var waiting: [SHA256Digest: QueueCounts] = [:]
    var turns = ModelTurns()
    /// Engines that take no new requests, since the model whose turn it is needs their memory.
    private var gated: Set<SHA256Digest> = []
    var failures = FailureLedger()
    /// Engines that are measured. They are nobody's to use.
    var trials: [Int: Trial] = [:]
    var lastTrial = 0
    /// Loaded with settings that are no longer theirs: they end when nobody uses them.
    var outdated: Set<SHA256Digest> = []
    var pinned: Set<SHA256Digest> = []
    var alarm: Task<Void, Never>?
    private(set) var isShutDown = false

    /// - Parameters:
    ///   - memory: nil admits every load.
    ///   - keepAlive: for requests that do not say.
    ///   - bounds: how many may wait for a model that is not loaded.
    ///   - onEvent: called in the order of things, and must not wait.
    public init(
        driver: any EngineDriver, memory: MemoryAdmission? = nil, keepAlive: KeepAlive = .standard, bounds: QueueBounds = QueueBounds(),
        clock: any EngineClock = SystemEngineClock(), onEvent: @escaping @Sendable (EngineEvent) -> Void = { _ in }
    ) {
        self.driver = driver
        self.memory = memory
        self.keepAlive = keepAlive
        self.bounds = bounds
        self.clock = clock
        self.onEvent = onEvent
    }

    /// The engine of a model for one request, loaded when it is not. Any number of callers share one load; a caller that is cancelled leaves it
    /// to the others.
    /// - Throws: what the driver throws; the same again, without another try, for a while after a load that failed; ``HoldfastError``
    ///   `model_failed`, `insufficient_memory` (its cause a ``MemoryShortage``), `queue_full`, `shutting_down`; `CancellationError`.
    public func use(_ model: LoadableModel, for terms: RequestTerms) async throws -> EngineUse {
        let arrival = clock.now
        var need: MemoryNeed?
        var isCounted = false
        defer { if isCounted { stopWaiting(model.digest, terms) } }
        while true {
            try Task.checkCancellation()
            guard !isShutDown else { throw Self.shuttingDown }
            let wait: Wait
            switch entries[model.digest] {
            case .loaded(let loaded):
                if !gated.contains(model.digest) { return begin(loaded, terms, arrival) }
                wait = .turn(loaded.need)
            case .loading(let loading): wait = .load(loading.result)
            case .stopping(let engine, _):
                _ = await engine.exited()
                if case .stopping(let still, _)? = entries[model.digest], still === engine { gone(model.digest) }
                continue
            case nil:
                if let failure = failures.refusal(for: model.digest, now: clock.now) { throw failure }
                guard let known = need else {
                    need = try await self.need(of: model)
                    continue
                }
                wait = try start(model, known)
            }
            if !isCounted {
                try waiting[model.digest, default: QueueCounts(bounds)].enter(terms.tenant, terms.priority, retryAfter: 5)
                isCounted = true
            }
            do { try await self.wait(wait, for: model) } catch {
                settle()
                throw error
            }
            // Whoever has waited uses the engine, though another model's turn may have come.
            if case .loaded(let loaded)? = entries[model.digest] { return begin(loaded, terms, arrival) }
        }
    }

    private enum Wait {
        case load(SharedResult<any Engine>)
        case turn(MemoryNeed)
    }

    /// For a model that is not there: starts to load it if it may go first, and says what to wait for.
    private func start(_ model: LoadableModel, _ need: MemoryNeed) throws -> Wait {
        guard turns.isEmpty else { return .turn(need) }
        switch plan(model, need) {
        case .load(let victims): return .load(load(model, need, evicting: victims))
        case .wait: return .turn(need)
        case .refuse(let shortage): throw shortage.error
        }
    }

    /// Returns with nothing in between that could make the engine idle again.
    private func wait(_ wait: Wait, for model: LoadableModel) async throws {
        let digest = model.digest
        switch wait {
        case .load(let result):
            promised[digest, default: 0] += 1
            defer { keepPromise(digest) }
            _ = try await result.valueOrCancellation()
        case .turn(let need):
            let result = turns.join(model, need)
            reconsider()
            do { try await result.valueOrCancellation() } catch {
                if !turns.leave(result), error is CancellationError { keepPromise(digest) }
                throw error
            }
            keepPromise(digest)
        }
    }

    private func keepPromise(_ digest: SHA256Digest) {
        let left = (promised[digest] ?? 0) - 1
        promised[digest] = left > 0 ? left : nil
    }

    private func stopWaiting(_ digest: SHA256Digest, _ terms: RequestTerms) {
        waiting[digest]?.leave(terms.tenant, terms.priority)
        if waiting[digest]?.total == 0 { waiting[digest] = nil }
    }

    private func begin(_ loaded: Loaded, _ terms: RequestTerms, _ arrival: Duration) -> EngineUse {
        let engine = loaded.engine
        var loaded = loaded
        loaded.uses += 1
        entries[engine.model.digest] = .loaded(loaded)
        return EngineUse(engine, terms, loadWait: clock.now - arrival) { answered in
            Task { await self.end(engine, terms, answered: answered) }
        }
    }

    private func end(_ engine: any Engine, _ terms: RequestTerms, answered: Bool) {
        let digest = engine.model.digest
        if answered { failures.clear(digest) }
        guard case .loaded(var loaded)? = entries[digest], loaded.engine === engine else { return }
        loaded.uses -= 1
        loaded.claims.renew(terms.tenant, terms.keepAlive ?? keepAlive, now: clock.now)
        entries[digest] = .loaded(loaded)
        if loaded.uses == 0 { measure(engine) }
        settle()
    }

    /// After anything that may have made an engine idle, or memory free.
    func settle() {
        guard !isShutDown else { return }
        sweep()
        reconsider()
    }

    func need(of model: LoadableModel) async throws -> MemoryNeed {
        try await memory?.need(model) ?? MemoryNeed(bytes: 0)
    }

    // MARK: Turns

    func plan(_ model: LoadableModel, _ need: MemoryNeed) -> LoadPlan {
        guard let memory else { return .load(evicting: []) }
        return .make(
            model, need, beside: occupants(),
            in: MemoryBudget(reading: memory.gauge.reading(), reserve: memory.reserveBytes, budget: memory.budgetBytes))
    }

    /// Gives turns for as long as the first in line can have one.
    private func reconsider() {
        gated = []
        while let first = turns.first {
            let digest = first.model.digest
            guard first.waiters > 0 else {
                _ = turns.removeFirst()
                continue
            }
            switch entries[digest] {
            case .loaded, .loading: giveTurn()
            case .stopping: return
            case nil:
                if failures.refusal(for: digest, now: clock.now) != nil {
                    giveTurn()
                    continue
                }
                switch plan(first.model, first.need) {
                case .load(let victims):
                    _ = load(first.model, first.need, evicting: victims)
                    giveTurn()
                case .wait(let draining):
                    gated = Set(draining)
                    return
                case .refuse(let shortage): turns.removeFirst()?.result.complete(.failure(shortage.error))
                }
            }
        }
    }

    private func giveTurn() {
        guard let turn = turns.removeFirst() else { return }
        promised[turn.model.digest, default: 0] += turn.waiters
        turn.result.complete(.success(()))
    }

    // MARK: Loading and ending

    private func load(_ model: LoadableModel, _ need: MemoryNeed, evicting victims: [SHA256Digest]) -> SharedResult<any Engine> {
        let result = SharedResult<any Engine>()
        let evicted = victims.compactMap { release($0, .evicted) }
        outdated.remove(model.digest)
        entries[model.digest] = .loading(Loading(model: model, need: need, result: result))
        loads[model.digest] = Task {
            for engine in evicted { _ = await engine.exited() }
            await load(model, need, into: result)
        }
        return result
    }

    private func load(_ model: LoadableModel, _ need: MemoryNeed, into result: SharedResult<any Engine>) async {
        let started = clock.now
        let outcome: Result<any Engine, any Error>
        do { outcome = .success(try await driver.start(model)) } catch { outcome = .failure(error) }
        loads[model.digest] = nil
        switch outcome {
        case .success(let engine):
            failures.noteLoaded(model.digest)
            entries[model.digest] = .loaded(
                Loaded(engine: engine, need: need, since: clock.now, claims: KeepAliveClaims(now: clock.now, standard: keepAlive)))
            onEvent(.started(model, pid: engine.pid, took: clock.now - started))
            Task { await follow(engine) }
        case .failure(let error):
            entries[model.digest] = nil
            if !(error is CancellationError) {
                let (failure, isFailed) = failures.noteLoad(error, of: model, now: clock.now)
                onEvent(.loadFailed(model, failure))
                if isFailed { onEvent(.gaveUp(model)) }
            }
        }
        result.complete(
            outcome.mapError { $0 is CancellationError ? HoldfastError(.shuttingDown, "The load was given up.", retryAfter: 5) : $0 })
        settle()
    }

    /// Until the engine has ended: a crash takes it out, and the next request loads it again, unless that was once too often.
    private func follow(_ engine: any Engine) async {
        let exit = await engine.exited()
        let digest = engine.model.digest
        let isFailed = !exit.wasAsked && failures.noteCrash(of: engine.model, exit, now: clock.now)
        onEvent(.exited(engine.model, pid: engine.pid, exit))
        if isFailed { onEvent(.gaveUp(engine.model)) }
        switch entries[digest] {
        case .loaded(let current) where current.engine === engine: gone(digest)
        case .stopping(let current, _) where current === engine: gone(digest)
        default: break
        }
    }

    private func gone(_ digest: SHA256Digest) {
        entries[digest] = nil
        outdated.remove(digest)
        settle()
    }

    /// Ends an idle engine; the entry is gone when its process is.
    func release(_ digest: SHA256Digest, _ why: Release) -> (any Engine)? {
        guard case .loaded(let loaded)? = entries[digest] else { return nil }
        let engine = loaded.engine
        measure(engine)
        entries[digest] = .stopping(engine, need: loaded.need)
        onEvent(.released(engine.model, pid: engine.pid, why))
        Task { await engine.stop(drain: .zero, grace: .seconds(2)) }
        return engine
    }

    /// Ends a model's engine after its running requests, or after `drain`. A load under way is given up.
    /// - Returns: false when it was not loaded.
    @discardableResult
    public func unload(_ digest: SHA256Digest, drain: Duration = .seconds(30), grace: Duration = .seconds(2)) async -> Bool {
        switch entries[digest] {
        case .loaded(let loaded):
            measure(loaded.engine)
            entries[digest] = .stopping(loaded.engine, need: loaded.need)
            await loaded.engine.stop(drain: drain, grace: grace)
            return true
        case .loading(let loading):
            loads[digest]?.cancel()
            // The load may have been over already.
            guard let engine = try? await loading.result.value(), case .loaded(let current)? = entries[digest], current.engine === engine
            else { return true }
            return await unload(digest, drain: drain, grace: grace)
        case .stopping(let engine, _):
            _ = await engine.exited()
            return true
        case nil: return false
        }
    }

    /// Refuses further loads and ends all engines at the same time; returns when no process is left.
    public func shutdown(drain: Duration = .seconds(10), grace: Duration = .seconds(2)) async {
        isShutDown = true
        alarm?.cancel()
        while let turn = turns.removeFirst() { turn.result.complete(.failure(Self.shuttingDown)) }
        await withTaskGroup(of: Void.self) { group in
            for digest in entries.keys {
                group.addTask { await self.unload(digest, drain: drain, grace: grace) }
            }
            for engine in trials.values.compactMap(\.engine) {
                group.addTask { await engine.stop(drain: .zero, grace: grace) }
            }
        }
    }

    static let shuttingDown = HoldfastError(.shuttingDown, "This node is shutting down.", retryAfter: 5)
}
