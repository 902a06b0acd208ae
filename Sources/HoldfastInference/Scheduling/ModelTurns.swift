import HoldfastCore

/// Models that do not fit beside the busy ones, in the order in which they were asked for. The first has its turn as soon as enough is idle;
/// what it waits for takes no new requests meanwhile, but queues them here in its turn. So two models that are both always wanted and do not
/// fit together take turns, each serving all who waited for it.
struct ModelTurns: Sendable {
    struct Turn: Sendable {
        let model: LoadableModel
        let need: MemoryNeed
        let result: SharedResult<Void>
        /// Requests that wait for it.
        var waiters: Int
    }

    private(set) var turns: [Turn] = []

    var first: Turn? { turns.first }
    var isEmpty: Bool { turns.isEmpty }

    /// - Returns: what the request is to wait for.
    mutating func join(_ model: LoadableModel, _ need: MemoryNeed) -> SharedResult<Void> {
        if let place = turns.firstIndex(where: { $0.model.digest == model.digest }) {
            turns[place].waiters += 1
            return turns[place].result
        }
        turns.append(Turn(model: model, need: need, result: SharedResult(), waiters: 1))
        return turns[turns.count - 1].result
    }

    /// A request has given up waiting.
    /// - Returns: false when its turn had come before.
    mutating func leave(_ result: SharedResult<Void>) -> Bool {
        guard let place = turns.firstIndex(where: { $0.result === result }) else { return false }
        turns[place].waiters -= 1
        return true
    }

    mutating func removeFirst() -> Turn? { turns.isEmpty ? nil : turns.removeFirst() }
}
