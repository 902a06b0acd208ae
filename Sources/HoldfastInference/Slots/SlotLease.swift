import Synchronization

/// A slot in the hands of one request. It goes back exactly once: when the answer is complete, or, when it is given up or forgotten, as
/// soon as the engine says that it works on it no more.
final class SlotLease: Sendable {
    let slot: SlotPool.Slot
    private let tenant: String
    private let pool: SlotPool
    private let clock: any EngineClock
    private let since: Duration
    private let waitUntilIdle: @Sendable (_ slot: Int) async -> Void
    private let state = Mutex((over: false, begun: false))

    init(
        slot: SlotPool.Slot, tenant: String, pool: SlotPool, clock: any EngineClock,
        waitUntilIdle: @escaping @Sendable (_ slot: Int) async -> Void
    ) {
        self.slot = slot
        self.tenant = tenant
        self.pool = pool
        self.clock = clock
        self.since = clock.now
        self.waitUntilIdle = waitUntilIdle
    }

    deinit { giveUp() }

    /// The engine has computed the prompt in this slot.
    func begin() { state.withLock { $0.begun = true } }

    /// The engine is done with the slot.
    /// - Parameter cost: what the request took, see ``RequestCost``.
    func finish(cost: Double? = nil) {
        guard let begun = end() else { return }
        pool.release(slot, tenant: tenant, leaving: begun ? .ownPrefix : .unknown, after: clock.now - since, cost: cost)
    }

    /// The connection is closed, and the engine notices at its next token, or at the end of the prompt.
    func giveUp() {
        guard let begun = end() else { return }
        Task { [slot, tenant, pool, clock, since, waitUntilIdle] in
            await waitUntilIdle(slot.id)
            pool.release(slot, tenant: tenant, leaving: begun ? .ownPrefix : .unknown, after: clock.now - since)
        }
    }

    private func end() -> Bool? {
        state.withLock { state in
            guard !state.over else { return nil }
            state.over = true
            return state.begun
        }
    }
}
