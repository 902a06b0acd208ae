import GRDB
import HoldfastCore
import Synchronization
import Testing

@testable import HoldfastStore

@Suite("Days of tokens")
struct TokenLedgerTests {
    /// Clocks that the test sets: the wall's, and the machine's time since its boot.
    private final class Clocks: Sendable {
        private struct State {
            var wall: Int64 = 1_795_000_000_000
            var machine = MachineTime(boot: "one", elapsed: 1_000_000)
        }

        private let state = Mutex(State())

        func pass(hours: Int64) {
            state.withLock {
                $0.wall += hours * 3_600_000
                $0.machine.elapsed += hours * 3_600_000
            }
        }

        func set(wall: Int64) { state.withLock { $0.wall = wall } }

        /// The machine is off for a time, and its clock is right when it comes up.
        func reboot(hours: Int64) {
            state.withLock {
                $0.wall += hours * 3_600_000
                $0.machine = MachineTime(boot: $0.machine.boot + "'", elapsed: 5000)
            }
        }

        var wall: Int64 { state.withLock { $0.wall } }
        var machine: MachineTime { state.withLock { $0.machine } }
    }

    private let clocks = Clocks()
    private let state = try! TemporaryState()

    private func open() throws -> NodeStore {
        try NodeStore.open(
            StoreOptions(stateDirectory: state.path, now: { [clocks] in clocks.wall }, machine: { [clocks] in clocks.machine }))
    }

    private func reserve(_ store: NodeStore, _ number: Int, prompt: Int64 = 10, _ tokens: Int64, limit: Int64 = 1000) async throws {
        let reservation = TokenReservation(tenant: "uid:1", account: "user uid:1", prompt: prompt, tokens: tokens, limit: limit)
        try await store.commit { transaction in
            try transaction.append(.sample(number, .intent))
            try transaction.reserve(reservation, id: "request-\(number)")
        }
    }

    private func settle(
        _ store: NodeStore, _ number: Int, _ tokens: AuditTokens?, deltas: Int64? = nil, _ result: AuditOutcome.Result = .ok
    )
        async throws
    {
        var record = AuditRecord.sample(number, .outcome, result: result)
        record.tokens = tokens
        if let deltas { record.parameters["deltas"] = deltas }
        let outcome = record
        _ = try await store.commit { try $0.append(outcome) }
    }

    private func use(_ store: NodeStore) async throws -> [Int64] {
        let all = try await store.tokenUse(now: clocks.wall)
        return all.isEmpty ? [0, 0] : all.flatMap { [$0.used, $0.reserved] }
    }

    private func shortage(_ body: () async throws -> Void) async -> TokenShortage? {
        do { try await body() } catch { return error as? TokenShortage }
        return nil
    }

    @Test("What is reserved counts until the outcome says what was used; a shortage writes nothing")
    func settled() async throws {
        let store = try open()
        try await reserve(store, 1, 600)
        #expect(try await use(store) == [0, 600])
        let size = store.audit.size
        #expect(await shortage { try await reserve(store, 2, 500) } == TokenShortage(used: 600, retryAfter: 10))
        #expect(store.audit.size == size && store.failure == nil)
        try await settle(store, 1, AuditTokens(prompt: 100, completion: 50, cached: 90))
        #expect(try await use(store) == [150, 0])
        try await reserve(store, 2, 850)
        #expect(await shortage { try await reserve(store, 3, 1) }?.used == 1000)
        #expect(await shortage { try await reserve(store, 4, 1001) } == TokenShortage(used: 1000, retryAfter: nil))
        await store.close()
    }

    @Test(
        "An answer that broke off is charged its prompt and its pieces; a failure before any, nothing; a hang-up, the prompt",
        arguments: [
            (AuditOutcome.Result.cancelled, Int64?(7), Int64(17)), (.cancelled, nil, 10), (.failed, nil, 0), (.failed, 3, 13),
            (.interrupted, nil, 400),
        ])
    func brokenOff(result: AuditOutcome.Result, deltas: Int64?, charged: Int64) async throws {
        let store = try open()
        try await reserve(store, 1, 400)
        try await settle(store, 1, nil, deltas: deltas, result)
        #expect(try await use(store) == [charged, 0])
        await store.close()
    }

    @Test("A day is any 24 hours: what is older is free again, and a refusal says when")
    func rolling() async throws {
        let store = try open()
        try await reserve(store, 1, 700)
        try await settle(store, 1, AuditTokens(prompt: 700, completion: 0, cached: 0))
        clocks.pass(hours: 10)
        try await reserve(store, 2, 300)
        try await settle(store, 2, AuditTokens(prompt: 300, completion: 0, cached: 0))
        let retry = try #require(await shortage { try await reserve(store, 3, 500) }?.retryAfter)
        #expect((14 * 3600...14 * 3600 + 600).contains(retry), "\(retry)")
        clocks.pass(hours: 13)
        #expect(await shortage { try await reserve(store, 3, 1) } != nil)
        clocks.pass(hours: 2)
        try await reserve(store, 3, 700)
        #expect(await shortage { try await reserve(store, 4, 1) }?.used == 1000)
        await store.close()
    }

    @Test(
        "Stepping the wall clock gives no second allowance and locks nobody out",
        arguments: [0, 1_795_000_000_000 - 86_400_000 * 3, 1_795_000_000_000 + 86_400_000 * 2, 4_102_444_800_000])
    func steps(wall: Int64) async throws {
        var store = try open()
        try await reserve(store, 1, 1000)
        try await settle(store, 1, AuditTokens(prompt: 1000, completion: 0, cached: 0))
        let right = clocks.wall
        for wall in [wall, right, wall] {
            clocks.set(wall: wall)
            #expect(await shortage { try await reserve(store, 2, 1) } != nil, "\(wall)")
            // Nor with a restart of the daemon.
            await store.close()
            store = try open()
            #expect(await shortage { try await reserve(store, 2, 1) } != nil, "\(wall)")
        }
        clocks.pass(hours: 25)
        try await reserve(store, 2, 1000)
        await store.close()
    }

    @Test("While the machine was off, time passed as its clock says: none when that went back, and a day at most counts")
    func reboots() async throws {
        var store = try open()
        try await reserve(store, 1, 1000)
        try await settle(store, 1, AuditTokens(prompt: 1000, completion: 0, cached: 0))
        await store.close()
        clocks.reboot(hours: 12)
        store = try open()
        #expect(await shortage { try await reserve(store, 2, 1) } != nil)
        clocks.pass(hours: 13)
        try await reserve(store, 2, 1000)
        try await settle(store, 2, AuditTokens(prompt: 1000, completion: 0, cached: 0))
        await store.close()
        // A clock without a battery: 1970.
        clocks.reboot(hours: 0)
        clocks.set(wall: 0)
        store = try open()
        #expect(await shortage { try await reserve(store, 3, 1) } != nil)
        clocks.pass(hours: 25)
        try await reserve(store, 3, 1)
        await store.close()
        clocks.reboot(hours: 30)
        store = try open()
        #expect(try await use(store) == [0, 0], "what was under way was charged to when it began")
        await store.close()
    }

    @Test("After a crash an open reservation stays charged in full, once, and its intent is closed as interrupted")
    func crash() async throws {
        let store = try open()
        try await reserve(store, 1, 400)
        // Its intent is as open as after a crash.
        await store.close()
        let again = try open()
        #expect(try await use(again) == [400, 0])
        let outcome = try #require(try await again.audit.records(matching: AuditFilter(id: "request-1"), limit: 2).first?.record)
        #expect(outcome.outcome?.result == .interrupted)
        await again.close()
        let third = try open()
        #expect(try await use(third) == [400, 0])
        await third.close()
    }

    @Test("Callers and accounts are counted apart, and what is old is forgotten")
    func apart() async throws {
        let store = try open()
        for number in 0..<4 {
            let reservation = TokenReservation(
                tenant: "uid:\(number % 2)", account: "user uid:\(number / 2)", prompt: 1, tokens: 1000, limit: 1000)
            try await store.commit { transaction in
                try transaction.append(.sample(number, .intent))
                try transaction.reserve(reservation, id: "request-\(number)")
            }
            try await settle(store, number, AuditTokens(prompt: 1, completion: 2, cached: 0))
        }
        #expect(try await store.tokenUse(now: clocks.wall).map(\.used) == [3, 3, 3, 3])
        clocks.pass(hours: 25)
        try await reserve(store, 9, 1)
        let rows = try await store.connection.read { try Int.fetchOne($0, sql: "SELECT count(*) FROM token_use") }
        #expect(rows == 0)
        await store.close()
    }
}
