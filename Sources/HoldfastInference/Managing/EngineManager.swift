public import HoldfastCore

/// The engines of this node: which model is loaded, one load at a time for each, and what becomes of those that end.
///
/// It decides little on purpose: the scheduler that weighs memory and turns takes its seat between ``lease(_:)`` and the driver.
public actor EngineManager {
    private enum Entry {
        case loading(SharedResult<any Engine>)
        case loaded(any Engine, since: Duration)
        case stopping(any Engine)
    }

    private let driver: any EngineDriver
    private let clock: any EngineClock
    private let onEvent: @Sendable (EngineEvent) -> Void
    private var entries: [SHA256Digest: Entry] = [:]
    private var loads: [SHA256Digest: Task<Void, Never>] = [:]
    private var backoff = LoadBackoff()
    private var isShutDown = false

    /// - Parameter onEvent: called in the order of things, and must not wait.
    public init(
        driver: any EngineDriver, clock: any EngineClock = SystemEngineClock(),
        onEvent: @escaping @Sendable (EngineEvent) -> Void = { _ in }
    ) {
        self.driver = driver
        self.clock = clock
        self.onEvent = onEvent
    }

    /// The engine of a model, loaded when it is not. Any number of callers share one load; a caller that is cancelled leaves it to the others.
    /// - Throws: what the driver throws; the same again, without another try, for 1, 2, 4 … 30 seconds after a load that failed;
    ///   ``HoldfastError`` `shutting_down`; `CancellationError`.
    public func lease(_ model: LoadableModel) async throws -> any Engine {
        while true {
            try Task.checkCancellation()
            guard !isShutDown else { throw HoldfastError(.shuttingDown, "This node is shutting down.", retryAfter: 5) }
            switch entries[model.digest] {
            case .loaded(let engine, _): return engine
            case .loading(let result): return try await result.valueOrCancellation()
            case .stopping(let engine):
                _ = await engine.exited()
                if case .stopping(let still)? = entries[model.digest], still === engine { entries[model.digest] = nil }
            case nil:
                if let failure = backoff.failure(for: model.digest, now: clock.now) { throw failure }
                let result = SharedResult<any Engine>()
                entries[model.digest] = .loading(result)
                loads[model.digest] = Task { await load(model, into: result) }
                return try await result.valueOrCancellation()
            }
        }
    }

    private func load(_ model: LoadableModel, into result: SharedResult<any Engine>) async {
        let started = clock.now
        let outcome: Result<any Engine, any Error>
        do { outcome = .success(try await driver.start(model)) } catch { outcome = .failure(error) }
        loads[model.digest] = nil
        switch outcome {
        case .success(let engine):
            backoff.forget(model.digest)
            entries[model.digest] = .loaded(engine, since: clock.now)
            onEvent(.started(model, pid: engine.pid, took: clock.now - started))
            Task { await follow(engine) }
        case .failure(let error):
            entries[model.digest] = nil
            if !(error is CancellationError) {
                let failure = backoff.note(error, for: model, now: clock.now)
                onEvent(.loadFailed(model, failure))
            }
        }
        result.complete(
            outcome.mapError { $0 is CancellationError ? HoldfastError(.shuttingDown, "The load was given up.", retryAfter: 5) : $0 })
    }

    /// Until the engine has ended: a crash takes it out, and the next request loads it again.
    private func follow(_ engine: any Engine) async {
        let exit = await engine.exited()
        switch entries[engine.model.digest] {
        case .loaded(let current, _) where current === engine: entries[engine.model.digest] = nil
        case .stopping(let current) where current === engine: entries[engine.model.digest] = nil
        default: break
        }
        onEvent(.exited(engine.model, pid: engine.pid, exit))
    }

    /// Ends a model's engine after its running requests, or after `drain`. A load under way is given up.
    /// - Returns: false when it was not loaded.
    @discardableResult
    public func unload(_ digest: SHA256Digest, drain: Duration = .seconds(30), grace: Duration = .seconds(2)) async -> Bool {
        switch entries[digest] {
        case .loaded(let engine, _):
            entries[digest] = .stopping(engine)
            await engine.stop(drain: drain, grace: grace)
            return true
        case .loading(let result):
            loads[digest]?.cancel()
            // The load may have been over already.
            guard let engine = try? await result.value(), case .loaded(let current, _)? = entries[digest], current === engine else {
                return true
            }
            return await unload(digest, drain: drain, grace: grace)
        case .stopping(let engine):
            _ = await engine.exited()
            return true
        case nil: return false
        }
    }

    /// What is loaded, by name.
    public func loaded() async -> [LoadedEngine] {
        var list: [LoadedEngine] = []
        for case .loaded(let engine, let since) in entries.values {
            list.append(
                LoadedEngine(model: engine.model, pid: engine.pid, loadedFor: clock.now - since, status: await engine.status()))
        }
        return list.sorted { $0.model.name < $1.model.name }
    }

    /// Refuses further loads and ends all engines at the same time; returns when no process is left.
    public func shutdown(drain: Duration = .seconds(10), grace: Duration = .seconds(2)) async {
        isShutDown = true
        await withTaskGroup(of: Void.self) { group in
            for digest in entries.keys {
                group.addTask { await self.unload(digest, drain: drain, grace: grace) }
            }
        }
    }
}
