import HoldfastCore
import Testing

@testable import HoldfastInference

extension SlotPool {
    fileprivate var waiting: Int { counts.waiting.values.reduce(0, +) }
}

struct SlotPoolTests {
    private let clock = SystemEngineClock()

    private func pool(_ slots: Int, capacity: Int = 2) -> SlotPool {
        SlotPool(slots: slots, bounds: QueueBounds(perPriority: capacity, perTenant: capacity), clock: clock)
    }

    private func release(_ pool: SlotPool, _ slot: SlotPool.Slot, _ tenant: String, _ leaving: SlotPool.Leaving = .ownPrefix) {
        pool.release(slot, tenant: tenant, leaving: leaving, after: .seconds(1))
    }

    @Test("A tenant gets its own slot again, and may use what it left there")
    func ownSlot() async throws {
        let pool = pool(2)
        let a = try await pool.acquire(tenant: "a")
        let b = try await pool.acquire(tenant: "b")
        #expect(!a.mayReuse && !b.mayReuse && a.id != b.id)
        release(pool, a, "a")
        release(pool, b, "b")
        let again = try await pool.acquire(tenant: "b")
        #expect(again.id == b.id && again.mayReuse)
    }

    @Test("An unused slot is taken before another tenant's prefix is lost, then the one unused for longest")
    func choice() async throws {
        let pool = pool(3)
        let a = try await pool.acquire(tenant: "a")
        release(pool, a, "a")
        let b = try await pool.acquire(tenant: "b")
        #expect(b.id != a.id)
        release(pool, b, "b")
        let c = try await pool.acquire(tenant: "c")
        release(pool, c, "c")
        #expect(Set([a.id, b.id, c.id]).count == 3)
        let d = try await pool.acquire(tenant: "d")
        #expect(d.id == a.id && !d.mayReuse)
    }

    @Test("A slot whose request may not have begun is offered to nobody as a prefix, not even to the one who had it last")
    func unknown() async throws {
        let pool = pool(1)
        release(pool, try await pool.acquire(tenant: "a"), "a")
        // b was given a's slot, and failed before the engine computed anything: a's prefix is still there.
        release(pool, try await pool.acquire(tenant: "b"), "b", .unknown)
        let b = try await pool.acquire(tenant: "b")
        #expect(!b.mayReuse)
        release(pool, b, "b", .ownPrefix)
        let again = try await pool.acquire(tenant: "b")
        #expect(again.mayReuse)
        // Its own slot stays its own when a request fails early.
        release(pool, again, "b", .unknown)
        #expect(try await pool.acquire(tenant: "b").mayReuse)
    }

    @Test("Those who wait are served in their order")
    func order() async throws {
        let pool = pool(1, capacity: 10)
        let first = try await pool.acquire(tenant: "x")
        let (served, serving) = AsyncStream.makeStream(of: Int.self)
        for number in 1...5 {
            Task {
                let slot = try await pool.acquire(tenant: "t\(number)")
                serving.yield(number)
                release(pool, slot, "t\(number)")
            }
            try await eventually { pool.waiting == number }
        }
        release(pool, first, "x")
        var order: [Int] = []
        for await number in served {
            order.append(number)
            if order.count == 5 { break }
        }
        #expect(order == [1, 2, 3, 4, 5])
        try await eventually { pool.counts.busy == 0 }
    }

    @Test("A full queue refuses at once and says when to come again")
    func full() async throws {
        let pool = pool(1, capacity: 1)
        let held = try await pool.acquire(tenant: "a")
        let waiting = Task { try await pool.acquire(tenant: "b") }
        try await eventually { pool.waiting == 1 }
        let error = await failure { _ = try await pool.acquire(tenant: "c") }
        #expect(error?.code == .queueFull)
        #expect((1...60).contains(error?.retryAfter ?? 0))
        release(pool, held, "a")
        _ = try await waiting.value
    }

    @Test("A waiter that is cancelled leaves the queue, and its slot goes to the next")
    func cancelled() async throws {
        let pool = pool(1)
        let held = try await pool.acquire(tenant: "a")
        let gone = Task { try await pool.acquire(tenant: "b") }
        try await eventually { pool.waiting == 1 }
        let next = Task { try await pool.acquire(tenant: "c") }
        try await eventually { pool.waiting == 2 }
        gone.cancel()
        await #expect(throws: CancellationError.self) { try await gone.value }
        #expect(pool.waiting == 1)
        release(pool, held, "a")
        release(pool, try await next.value, "c")
        #expect(pool.counts.busy == 0)
    }

    @Test("No slot is lost when waiters are cancelled in the moment they are served")
    func cancelRace() async throws {
        let pool = pool(1, capacity: 1000)
        for _ in 0..<500 {
            let held = try await pool.acquire(tenant: "a")
            let racer = Task {
                let slot = try await pool.acquire(tenant: "b")
                release(pool, slot, "b")
            }
            try await eventually { pool.waiting == 1 }
            async let cancelling: Void = racer.cancel()
            release(pool, held, "a")
            await cancelling
            _ = await racer.result
            #expect(pool.counts.busy == 0 && pool.waiting == 0)
        }
    }

    @Test("Closing tells all who wait, and all who come, why")
    func closing() async throws {
        let pool = pool(1)
        _ = try await pool.acquire(tenant: "a")
        let waiting = Task { try await pool.acquire(tenant: "b") }
        try await eventually { pool.waiting == 1 }
        pool.close(HoldfastError(.engineFailed, "gone"))
        await #expect(throws: HoldfastError.self) { try await waiting.value }
        await #expect(throws: HoldfastError.self) { try await pool.acquire(tenant: "c") }
    }
}
