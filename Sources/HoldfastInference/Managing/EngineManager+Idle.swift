public import HoldfastCore

extension EngineManager {
    /// Loads a model without asking it anything; one that has failed is tried again at once.
    /// - Returns: false when it was loaded already.
    /// - Throws: as ``use(_:for:)``.
    @discardableResult
    public func load(_ model: LoadableModel, for terms: RequestTerms) async throws -> Bool {
        failures.clear(model.digest)
        let wasLoaded = if case .loaded? = entries[model.digest] { true } else { false }
        try await use(model, for: terms).end()
        return !wasLoaded
    }

    /// Lets every engine that is there now go, each after its running requests: those that come meanwhile wait, and are answered by an engine
    /// that is started anew; those that wait for a slot already are asked to come again. Returns at once.
    /// - Returns: how many there are.
    @discardableResult
    public func renewAll(drain: Duration) -> Int {
        // What failed did so with the engine before.
        failures = FailureLedger()
        for (digest, entry) in entries {
            switch entry {
            case .loaded: Task { await self.unload(digest, drain: drain) }
            case .loading(let loading):
                Task {
                    guard let engine = try? await loading.result.value() else { return }
                    await self.unload(digest, ifStill: engine, drain: drain)
                }
            case .stopping: break
            }
        }
        return entries.count
    }

    private func unload(_ digest: SHA256Digest, ifStill engine: any Engine, drain: Duration) async {
        guard case .loaded(let loaded)? = entries[digest], loaded.engine === engine else { return }
        await unload(digest, drain: drain)
    }

    /// Models that stay loaded once they are.
    public func setPinned(_ digests: Set<SHA256Digest>) {
        pinned = digests
        settle()
    }

    func isIdle(_ digest: SHA256Digest, _ loaded: Loaded) -> Bool { loaded.uses == 0 && promised[digest] == nil }

    /// Ends the engines that nobody wants any more, and sets the alarm for the next.
    func sweep() {
        alarm?.cancel()
        var next: Duration?
        for (digest, entry) in entries {
            guard case .loaded(let loaded) = entry, isIdle(digest, loaded) else { continue }
            if outdated.contains(digest) {
                _ = release(digest, .renewed)
                continue
            }
            guard !pinned.contains(digest), let expiry = loaded.claims.expiry else { continue }
            if expiry <= clock.now {
                _ = release(digest, .expired)
            } else {
                next = min(next ?? expiry, expiry)
            }
        }
        guard let next else { return }
        alarm = Task { [weak self, clock] in
            guard (try? await clock.sleep(for: next - clock.now)) != nil else { return }
            await self?.settle()
        }
    }

    /// What an engine has taken so far, for the next time it is loaded.
    func measure(_ engine: any Engine) {
        guard let memory, let use = use(of: engine) else { return }
        memory.measured(engine.model, use)
    }

    private func use(of engine: any Engine) -> MemoryUse? { engine.memoryUse ?? memory?.gauge.use(of: engine.pid) }

    func occupants() -> [Occupant] {
        let serving = entries.map { digest, entry in
            switch entry {
            case .loading(let loading): Occupant(model: loading.model, need: loading.need.bytes, use: nil, state: .busy)
            case .stopping(let engine, let need):
                Occupant(model: engine.model, need: need.bytes, use: use(of: engine), state: .leaving)
            case .loaded(let loaded):
                Occupant(
                    model: loaded.engine.model, need: loaded.need.bytes, use: use(of: loaded.engine),
                    state: pinned.contains(digest)
                        ? .pinned : isIdle(digest, loaded) ? .idle(since: loaded.claims.lastUsed) : .busy)
            }
        }
        let measured = trials.values.map { trial in
            Occupant(model: trial.model, need: trial.need.bytes, use: trial.engine.flatMap(use), state: .trial)
        }
        return serving + measured
    }

    /// Bytes that could be had for a further model: now, and once all that may go has gone. Nil without a gauge.
    public func freeMemory() -> (now: Int64, most: Int64)? {
        guard let memory else { return nil }
        let budget = MemoryBudget(reading: memory.gauge.reading(), reserve: memory.reserveBytes, budget: memory.budgetBytes)
        let occupants = occupants()
        let staying = occupants.map { occupant in
            var occupant = occupant
            if occupant.state != .pinned { occupant.state = .leaving }
            return occupant
        }
        return (budget.free(beside: occupants), budget.free(beside: staying))
    }

    // MARK: What there is

    /// What is loaded, by name.
    public func loaded() async -> [LoadedEngine] {
        var list: [LoadedEngine] = []
        for case .loaded(let loaded) in entries.values {
            let isPinned = pinned.contains(loaded.engine.model.digest)
            list.append(
                LoadedEngine(
                    model: loaded.engine.model, pid: loaded.engine.pid, loadedFor: clock.now - loaded.since,
                    status: await loaded.engine.status(), reservedBytes: loaded.need.bytes, uses: loaded.uses, isPinned: isPinned,
                    expiresIn: isPinned ? nil : loaded.claims.expiry.map { max(.zero, $0 - clock.now) }))
        }
        return list.sorted { $0.model.name < $1.model.name }
    }

    /// What requests wait for, by name.
    public func awaited() -> [AwaitedModel] {
        var list = entries.values.compactMap { entry -> AwaitedModel? in
            guard case .loading(let loading) = entry else { return nil }
            return AwaitedModel(
                model: loading.model, waiting: promised[loading.model.digest] ?? 0, isLoading: true, reservedBytes: loading.need.bytes)
        }
        list += turns.turns.map { AwaitedModel(model: $0.model, waiting: $0.waiters, isLoading: false, reservedBytes: 0) }
        return list.sorted { $0.model.name < $1.model.name }
    }

    /// What is not tried for now, and for how long.
    public func failed() -> [(model: FailedModel, remaining: Duration)] {
        failures.failed(now: clock.now).map { ($0, $0.until - clock.now) }
    }
}
