public import HoldfastCore

extension EngineManager {
    /// An engine that is started to be measured.
    struct Trial {
        let model: LoadableModel
        let need: MemoryNeed
        /// Nil while it starts.
        var engine: (any Engine)?
    }

    /// Whether callers wait for something, or are being served: then nothing is measured, for their sake and for the figures'.
    public func isWanted() async -> Bool {
        if !promised.isEmpty || !turns.isEmpty { return true }
        for entry in entries.values {
            switch entry {
            case .loading: return true
            case .loaded(let loaded): if loaded.uses > 0 { return true }
            case .stopping: break
            }
        }
        // A pinned prompt is computed without a use.
        for case .loaded(let loaded) in entries.values where await loaded.engine.status().busySlots > 0 { return true }
        return false
    }

    /// Starts an engine beside those that serve, gives it to `body` alone, and ends it whatever happens. It is admitted to memory as any other;
    /// idle models make room for it, and it waits for none that is busy.
    /// - Throws: what `body` throws; what the driver throws, which is no mark against the model; ``HoldfastError`` `insufficient_memory`,
    ///   `shutting_down`; `CancellationError`.
    public func trial<Value: Sendable>(
        of model: LoadableModel, _ body: @Sendable (any Engine) async throws -> Value
    ) async throws -> Value {
        let need = try await need(of: model)
        try Task.checkCancellation()
        guard !isShutDown else { throw Self.shuttingDown }
        let evicted: [any Engine]
        switch plan(model, need) {
        case .load(let victims): evicted = victims.compactMap { release($0, .evicted) }
        case .wait:
            throw HoldfastError(
                .insufficientMemory, "There is no memory to measure \(model.name) beside the models that are busy.",
                hint: "try again later, or see: holdfast ps", retryAfter: 30)
        case .refuse(let shortage): throw shortage.error
        }
        lastTrial += 1
        let number = lastTrial
        trials[number] = Trial(model: model, need: need)
        defer {
            trials[number] = nil
            settle()
        }
        for engine in evicted { _ = await engine.exited() }
        let engine = try await start(model)
        trials[number]?.engine = engine
        let exit = Task { await engine.exited() }
        let result: Result<Value, any Error>
        do {
            guard !isShutDown else { throw Self.shuttingDown }
            result = .success(try await body(engine))
        } catch {
            result = .failure(error)
        }
        // On its own: whoever wanted to know may have gone, and the engine must not stay.
        await Task { await engine.stop(drain: .zero, grace: .seconds(2)) }.value
        let end = await exit.value
        if !end.wasAsked { onEvent(.exited(model, pid: engine.pid, end)) }
        return try result.get()
    }

    /// What the kernel ended is recorded, as of any engine; an engine that does not know an option is no event.
    private func start(_ model: LoadableModel) async throws -> any Engine {
        do { return try await driver.start(model) } catch let error as HoldfastError {
            if [.engineViolation, .engineOutOfMemory, .engineLimit].contains(error.code) { onEvent(.loadFailed(model, error)) }
            throw error
        }
    }

    /// A model has other settings from now on: an engine that runs with the old ones ends as soon as nobody uses it.
    /// - Returns: whether one is in use, and goes on with the old ones meanwhile.
    @discardableResult public func renew(_ digest: SHA256Digest) -> Bool {
        guard entries[digest] != nil else { return false }
        outdated.insert(digest)
        settle()
        switch entries[digest] {
        case .loaded, .loading: return true
        case .stopping, nil: return false
        }
    }
}
