import HoldfastCore
import Synchronization

/// The slots of one engine: who gets one, whose prefix each holds, and who waits. Whose turn it is, a ``FairQueue`` says.
///
/// A slot's cached prefix is offered only to the tenant that computed it.
final class SlotPool: Sendable {
    struct Slot: Sendable {
        let id: Int
        /// The slot holds nothing but this tenant's prefix.
        let mayReuse: Bool
        /// How long the request waited for it.
        let waited: Duration
        /// What its tenant was charged for the turn.
        let cost: Double
    }

    /// What a request left in its slot.
    enum Leaving: Sendable {
        /// The engine computed this tenant's prompt there: nothing of another's is left.
        case ownPrefix
        /// The engine may not have begun; an earlier tenant's prefix can still be there.
        case unknown
    }

    private struct Place {
        var holder: String?
        /// Of the request under way.
        var user: String?
        var busy = false
        var freedAt: Duration = .zero
    }

    private struct Waiter {
        let tenant: String
        let since: Duration
        let cost: Double
        let slot: SharedResult<Slot>
    }

    private struct State {
        var places: [Place]
        var queue: FairQueue<Waiter>
        var closed: HoldfastError?
        /// Of the last requests, weighted towards the newest: for Retry-After.
        var typicalSeconds = 5.0
    }

    private let clock: any EngineClock
    private let state: Mutex<State>

    init(slots: Int, bounds: QueueBounds, clock: any EngineClock) {
        self.clock = clock
        self.state = Mutex(State(places: Array(repeating: Place(), count: slots), queue: FairQueue(bounds)))
    }

    var counts: (slots: Int, busy: Int, waiting: [RequestPriority: Int]) {
        state.withLock { state in
            let waiting = RequestPriority.allCases.map { ($0, state.queue.waiting($0)) }.filter { $0.1 > 0 }
            return (state.places.count, state.places.count(where: \.busy), Dictionary(uniqueKeysWithValues: waiting))
        }
    }

    /// Who has a slot or waits for one.
    var tenants: [String: EngineStatus.TenantLoad] {
        state.withLock { state in
            var loads: [String: EngineStatus.TenantLoad] = [:]
            for place in state.places where place.busy {
                if let user = place.user { loads[user, default: .init()].running += 1 }
            }
            for tenant in state.queue.tenants { loads[tenant, default: .init()].waiting += 1 }
            return loads
        }
    }

    /// - Parameter cost: what the request is thought to take, see ``RequestCost``.
    /// - Throws: ``HoldfastError`` `queue_full` when as many wait as may; what the pool was closed with; `CancellationError`.
    func acquire(tenant: String, priority: RequestPriority = .normal, cost: Double = 1) async throws -> Slot {
        let now = clock.now
        let waiter = try state.withLock { state -> SharedResult<Slot> in
            if let closed = state.closed { throw closed }
            let result = SharedResult<Slot>()
            if state.queue.isEmpty, let slot = Self.take(&state, tenant, since: now, now: now, cost: cost) {
                state.queue.pass(tenant, cost: cost)
                result.complete(.success(slot))
            } else {
                let waiter = Waiter(tenant: tenant, since: now, cost: cost, slot: result)
                let retryAfter = Self.retryAfter(state)
                try state.queue.append(waiter, tenant, priority, cost: cost, retryAfter: retryAfter)
            }
            return result
        }
        return try await withTaskCancellationHandler {
            try await waiter.value()
        } onCancel: {
            // Before a slot was given: then whoever gives one passes this waiter over.
            if waiter.complete(.failure(CancellationError())) { self.forget(waiter) }
        }
    }

    /// - Parameter cost: what the request took in the end; nil when nobody knows.
    func release(_ slot: Slot, tenant: String, leaving: Leaving, after used: Duration, cost: Double? = nil) {
        let now = clock.now
        state.withLock { state in
            state.queue.finish(tenant, difference: (cost ?? slot.cost) - slot.cost)
            state.places[slot.id].busy = false
            state.places[slot.id].user = nil
            state.places[slot.id].freedAt = now
            state.places[slot.id].holder = leaving == .ownPrefix || slot.mayReuse ? tenant : nil
            state.typicalSeconds = state.typicalSeconds * 0.8 + used.inSeconds * 0.2
            Self.serveWaiters(&state, now: now)
        }
    }

    // MARK: The engine's own work on a slot

    /// Slots that hold this tenant's prefix, or compute for it.
    func slots(of tenant: String) -> [Int] {
        state.withLock { state in
            state.places.indices.filter { state.places[$0].holder == tenant || state.places[$0].user == tenant }
        }
    }

    /// Takes a free slot that holds this tenant's prefix, to save or erase it; also after ``close(_:)``.
    /// - Returns: false when it is busy, or another's by now.
    func borrow(_ slot: Int, of tenant: String) -> Bool {
        state.withLock { state in
            guard !state.places[slot].busy, state.places[slot].holder == tenant else { return false }
            state.places[slot].busy = true
            return true
        }
    }

    /// - Parameter erased: it holds nobody's prefix any more.
    func giveBack(_ slot: Int, erased: Bool = false) {
        let now = clock.now
        state.withLock { state in
            state.places[slot].busy = false
            if erased { state.places[slot].holder = nil }
            Self.serveWaiters(&state, now: now)
        }
    }

    private static func serveWaiters(_ state: inout State, now: Duration) {
        while state.places.contains(where: { !$0.busy }), let turn = state.queue.take() {
            let waiter = turn.item
            guard let given = take(&state, waiter.tenant, since: waiter.since, now: now, cost: waiter.cost) else { return }
            if !waiter.slot.complete(.success(given)) { putBack(&state, given, waiter.tenant) }
        }
    }

    /// No further request gets a slot; those that wait are told why.
    func close(_ error: HoldfastError) {
        let waiters = state.withLock { state in
            if state.closed == nil { state.closed = error }
            return state.queue.removeAll()
        }
        for waiter in waiters { waiter.slot.complete(.failure(error)) }
    }

    private func forget(_ result: SharedResult<Slot>) {
        state.withLock { state in state.queue.removeAll { $0.slot === result } }
    }

    /// The tenant's own slot, else an unused one, else the one whose prefix was not wanted for longest.
    private static func take(_ state: inout State, _ tenant: String, since: Duration, now: Duration, cost: Double) -> Slot? {
        let free = state.places.indices.filter { !state.places[$0].busy }
        let own = free.filter { state.places[$0].holder == tenant }.max { state.places[$0].freedAt < state.places[$1].freedAt }
        let choice =
            own ?? free.first { state.places[$0].holder == nil } ?? free.min { state.places[$0].freedAt < state.places[$1].freedAt }
        guard let choice else { return nil }
        state.places[choice].busy = true
        state.places[choice].user = tenant
        return Slot(id: choice, mayReuse: own != nil, waited: now - since, cost: cost)
    }

    /// The waiter was cancelled in the same moment: the slot was never used, and what it held is still there.
    private static func putBack(_ state: inout State, _ slot: Slot, _ tenant: String) {
        state.places[slot.id].busy = false
        state.places[slot.id].user = nil
        state.queue.finish(tenant, difference: -slot.cost)
    }

    /// Seconds in which as many as wait now are likely to be served.
    private static func retryAfter(_ state: State) -> Int {
        let rounds = Double(state.queue.count + 1) / Double(max(1, state.places.count))
        return Int(min(60, max(1, (rounds * state.typicalSeconds).rounded(.up))))
    }
}

extension Duration {
    var inSeconds: Double { Double(components.seconds) + Double(components.attoseconds) / 1e18 }

    /// - Parameter milliseconds: an engine's figure; what is not a number or negative counts as zero.
    init(engineMilliseconds milliseconds: Double?) {
        guard let milliseconds, milliseconds.isFinite, milliseconds > 0 else {
            self = .zero
            return
        }
        self = .microseconds(Int64(min(milliseconds, 1e12) * 1000))
    }
}
