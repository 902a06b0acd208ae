import HoldfastCore
import Testing

@testable import HoldfastInference

struct FairQueueTests {
    private func queue(
        _ waiters: [(String, RequestPriority, Double)], bounds: QueueBounds = QueueBounds(perPriority: 1000, perTenant: 1000)
    )
        throws -> FairQueue<Int>
    {
        var queue = FairQueue<Int>(bounds)
        for (number, waiter) in waiters.enumerated() {
            try queue.append(number, waiter.0, waiter.1, cost: waiter.2, retryAfter: 7)
        }
        return queue
    }

    /// Each turn is over before the next.
    private func order(_ queue: FairQueue<Int>, differences: [String: Double] = [:]) -> [Int] {
        var queue = queue
        var order: [Int] = []
        while let turn = queue.take() {
            order.append(turn.item)
            queue.finish(turn.tenant, difference: differences[turn.tenant] ?? 0)
        }
        return order
    }

    @Test("One tenant's requests are served in their order")
    func oneTenant() throws {
        #expect(order(try queue((0..<5).map { _ in ("a", .normal, 1) })) == [0, 1, 2, 3, 4])
    }

    @Test("A flood that came first lets another tenant's requests in between, one for one")
    func flood() throws {
        let waiters = (0..<20).map { _ in ("flood", RequestPriority.normal, 1.0) } + (0..<4).map { _ in ("b", .normal, 1.0) }
        #expect(Array(order(try queue(waiters)).prefix(9)) == [0, 20, 1, 21, 2, 22, 3, 23, 4])
    }

    @Test("Shares are of work and not of requests: whoever asks for three times as much has a third of the turns")
    func work() throws {
        let waiters = (0..<20).map { _ in ("large", RequestPriority.normal, 3.0) } + (0..<20).map { _ in ("small", .normal, 1.0) }
        let first = order(try queue(waiters)).prefix(16)
        #expect(first.count { $0 < 20 } == 4 && first.count { $0 >= 20 } == 12)
    }

    @Test("What a request took in the end counts, and not what it was thought to take")
    func settled() throws {
        let waiters = (0..<20).map { _ in ("liar", RequestPriority.normal, 1.0) } + (0..<20).map { _ in ("b", .normal, 1.0) }
        let first = order(try queue(waiters), differences: ["liar": 4]).prefix(12)
        #expect(first.count { $0 < 20 } == 2)
    }

    @Test("Who wanted nothing for a while is owed nothing for it")
    func noCredit() throws {
        var queue = try queue((0..<10).map { _ in ("busy", .normal, 1) })
        for number in 0..<6 {
            let turn = queue.take()
            #expect(turn?.item == number)
            queue.finish("busy", difference: 0)
        }
        for number in 100..<104 { try queue.append(number, "late", .normal, cost: 1, retryAfter: 1) }
        #expect(order(queue) == [100, 6, 101, 7, 102, 8, 103, 9])
    }

    @Test("The most urgent class goes first, and the others get a turn in ten each, so that none starves")
    func classes() throws {
        let waiters =
            (0..<100).map { _ in ("a", RequestPriority.interactive, 1.0) } + (0..<100).map { _ in ("b", .normal, 1.0) }
            + (0..<100).map { _ in ("c", .batch, 1.0) }
        let first = order(try queue(waiters)).prefix(100)
        #expect(Array(first.prefix(8)) == [0, 1, 2, 3, 4, 5, 6, 7])
        #expect(first[8] == 100 && first[9] == 200)
        #expect(first.count { (100..<200).contains($0) } == 10 && first.count { $0 >= 200 } == 10)
    }

    @Test("A full class refuses only itself, a full tenant only itself, and nothing is lost by it")
    func bounds() throws {
        var queue = FairQueue<Int>(QueueBounds(perPriority: 3, perTenant: 2))
        for number in 0..<2 { try queue.append(number, "a", .batch, cost: 1, retryAfter: 7) }
        #expect(throws: HoldfastError.self) { try queue.append(9, "a", .batch, cost: 1, retryAfter: 7) }
        try queue.append(2, "b", .batch, cost: 1, retryAfter: 7)
        do {
            try queue.append(9, "c", .batch, cost: 1, retryAfter: 7)
            Issue.record("it was let in")
        } catch let error as HoldfastError {
            #expect(error.code == .queueFull && error.retryAfter == 7)
        }
        try queue.append(3, "a", .interactive, cost: 1, retryAfter: 7)
        #expect(queue.count == 4 && queue.waiting(.batch) == 3)
        #expect(order(queue) == [3, 2, 0, 1])
    }

    @Test("Who is gone is passed over, and the place is another's")
    func removal() throws {
        var queue = FairQueue<Int>(QueueBounds(perPriority: 2, perTenant: 2))
        for number in 0..<2 { try queue.append(number, "a", .normal, cost: 1, retryAfter: 1) }
        queue.removeAll { $0 == 0 }
        try queue.append(2, "a", .normal, cost: 1, retryAfter: 1)
        #expect(queue.removeAll().sorted() == [1, 2] && queue.isEmpty)
    }

    @Test("Whatever comes and goes, no tenant that always wants something falls behind by more than one request", arguments: 0..<20)
    func property(seed: UInt64) throws {
        var random = SplitMix(seed: seed)
        var queue = FairQueue<Int>(QueueBounds(perPriority: 10_000, perTenant: 10_000))
        for number in 0..<400 {
            try queue.append(number, number % 2 == 0 ? "a" : "b", .normal, cost: Double.random(in: 1...10, using: &random), retryAfter: 1)
        }
        var used = ["a": 0.0, "b": 0.0]
        for step in 0..<300 {
            if Bool.random(using: &random) {
                try queue.append(1000 + step, "c\(step % 7)", .normal, cost: Double.random(in: 1...10, using: &random), retryAfter: 1)
            }
            let next = queue.take()
            let turn = try #require(next)
            used[turn.tenant, default: 0] += turn.cost
            queue.finish(turn.tenant, difference: 0)
            #expect(abs(used["a", default: 0] - used["b", default: 0]) <= 10)
            if queue.waiting(.normal) < 40 { break }
        }
    }
}

private struct SplitMix: RandomNumberGenerator {
    var state: UInt64
    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }
}
