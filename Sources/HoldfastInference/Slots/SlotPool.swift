import HoldfastCore
import Synchronization

/// The slots of one engine: who gets one, whose prefix each holds, and who waits.
///
/// A slot's cached prefix is offered only to the tenant that computed it.
final class SlotPool: Sendable {
    struct Slot: Sendable {
        let id: Int
        /// The slot holds nothing but this tenant's prefix.
        let mayReuse: Bool
        /// How long the request waited for it.
        let waited: Duration
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
        var busy = false
        var freedAt: Duration = .zero
    }

    private struct Waiter {
        let tenant: String
        let since: Duration
        let slot: SharedResult<Slot>
    }

    private struct State {
        var places: [Place]
        var waiters: [Waiter] = []
        var closed: HoldfastError?
        /// Of the last requests, weighted towards the newest: for Retry-After.
        var typicalSeconds = 5.0
    }

    let capacity: Int
    private let clock: any EngineClock
    private let state: Mutex<State>

    /// - Parameter capacity: how many may wait.
    init(slots: Int, capacity: Int, clock: any EngineClock) {
        self.capacity = capacity
        self.clock = clock
        self.state = Mutex(State(places: Array(repeating: Place(), count: slots)))
    }

    var counts: (slots: Int, busy: Int, waiting: Int) {
        state.withLock { ($0.places.count, $0.places.count(where: \.busy), $0.waiters.count) }
    }

    /// First come, first served.
    /// - Throws: ``HoldfastError`` `engine_busy` when as many wait as may; what the pool was closed with; `CancellationError`.
    func acquire(tenant: String) async throws -> Slot {
        let now = clock.now
        let waiter = try state.withLock { state -> SharedResult<Slot> in
            if let closed = state.closed { throw closed }
            let result = SharedResult<Slot>()
            if state.waiters.isEmpty, let slot = Self.take(&state, tenant, since: now, now: now) {
                result.complete(.success(slot))
            } else {
                guard state.waiters.count < capacity else { throw Self.busy(state, capacity) }
                state.waiters.append(Waiter(tenant: tenant, since: now, slot: result))
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

    func release(_ slot: Slot, tenant: String, leaving: Leaving, after used: Duration) {
        let now = clock.now
        state.withLock { state in
            state.places[slot.id].busy = false
            state.places[slot.id].freedAt = now
            state.places[slot.id].holder = leaving == .ownPrefix || slot.mayReuse ? tenant : nil
            state.typicalSeconds = state.typicalSeconds * 0.8 + used.inSeconds * 0.2
            while let waiter = state.waiters.first {
                guard let given = Self.take(&state, waiter.tenant, since: waiter.since, now: now) else { return }
                state.waiters.removeFirst()
                if !waiter.slot.complete(.success(given)) { Self.putBack(&state, given) }
            }
        }
    }

    /// No further request gets a slot; those that wait are told why.
    func close(_ error: HoldfastError) {
        let waiters = state.withLock { state in
            if state.closed == nil { state.closed = error }
            defer { state.waiters = [] }
            return state.waiters
        }
        for waiter in waiters { waiter.slot.complete(.failure(error)) }
    }

    private func forget(_ result: SharedResult<Slot>) {
        state.withLock { state in state.waiters.removeAll { $0.slot === result } }
    }

    /// The tenant's own slot, else an unused one, else the one whose prefix was not wanted for longest.
    private static func take(_ state: inout State, _ tenant: String, since: Duration, now: Duration) -> Slot? {
        let free = state.places.indices.filter { !state.places[$0].busy }
        let own = free.filter { state.places[$0].holder == tenant }.max { state.places[$0].freedAt < state.places[$1].freedAt }
        let choice =
            own ?? free.first { state.places[$0].holder == nil } ?? free.min { state.places[$0].freedAt < state.places[$1].freedAt }
        guard let choice else { return nil }
        state.places[choice].busy = true
        return Slot(id: choice, mayReuse: own != nil, waited: now - since)
    }

    /// The waiter was cancelled in the same moment: the slot was never used, and what it held is still there.
    private static func putBack(_ state: inout State, _ slot: Slot) { state.places[slot.id].busy = false }

    private static func busy(_ state: State, _ capacity: Int) -> HoldfastError {
        let rounds = Double(state.waiters.count + 1) / Double(max(1, state.places.count))
        return HoldfastError(
            .engineBusy, "The model is busy: \(capacity) requests wait for it already.", hint: "try again, or see: holdfast ps",
            retryAfter: Int(min(60, max(1, (rounds * state.typicalSeconds).rounded(.up)))))
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
