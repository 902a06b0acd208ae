import HoldfastCore
import Synchronization
import Testing

@testable import HoldfastInference

/// Loads at once, and remembers in which order; an engine's pid is the number of its load.
private final class InstantDriver: EngineDriver {
    private let engines = Mutex<[InstantEngine]>([])
    private let failing = Mutex<HoldfastError?>(nil)
    var started: [String] { engines.withLock { $0.map(\.model.name.name) } }

    func start(_ model: LoadableModel) async throws -> any Engine {
        if let error = failing.withLock({ $0 }) { throw error }
        return engines.withLock { engines in
            let engine = InstantEngine(model, pid: Int32(engines.count))
            engines.append(engine)
            return engine
        }
    }

    func fail(_ error: HoldfastError?) { failing.withLock { $0 = error } }
    func engine(_ name: String) -> InstantEngine? { engines.withLock { $0.last { $0.model.name.name == name } } }
}

private final class InstantEngine: Engine {
    let model: LoadableModel
    let pid: Int32
    private let ending = SharedResult<EngineExit>()

    init(_ model: LoadableModel, pid: Int32) {
        self.model = model
        self.pid = pid
    }

    func generate(_ request: GenerationRequest, for terms: RequestTerms) async throws -> GenerationStream {
        GenerationStream {
            var rest = [
                GenerationEvent.finished(
                    .stop, TokenUsage(prompt: 1, completion: 1, cached: 0),
                    GenerationTimings(queued: .zero, prompt: .zero, completion: .zero))
            ]
            return { rest.popLast() }
        }
    }
    func countPrompt(of request: GenerationRequest) async throws -> Int { 0 }
    func status() async -> EngineStatus { EngineStatus(slots: 4, busySlots: 0, contextLength: 1, residentBytes: 0) }
    func exited() async -> EngineExit { try! await ending.value() }
    func stop(drain: Duration, grace: Duration) async { end(asked: true) }
    func end(asked: Bool) { ending.complete(.success(EngineExit(reason: .signal(9), stderrTail: "", wasAsked: asked))) }
}

private final class Served: Sendable {
    private let list = Mutex<[String]>([])
    var all: [String] { list.withLock { $0 } }
    func add(_ name: String) { list.withLock { $0.append(name) } }
}

private struct FixedGauge: MemoryGauge {
    func reading() -> MemoryReading { MemoryReading(availableBytes: 1 << 50, totalBytes: 1 << 50) }
    func use(of pid: Int32) -> MemoryUse? { nil }
}

/// Models of one unit each beside one another in a memory of `budget` units; nothing is real but the manager.
struct SchedulingTests {
    private let driver = InstantDriver()
    private let clock = ManualClock()

    private func manager(budget: Int64 = 100, keepAlive: KeepAlive = .standard, bounds: QueueBounds = QueueBounds()) -> EngineManager {
        EngineManager(
            driver: driver,
            memory: MemoryAdmission(
                gauge: FixedGauge(), budgetBytes: budget,
                need: { model in
                    MemoryNeed(bytes: Int64(model.trainedContext ?? 1))
                }), keepAlive: keepAlive, bounds: bounds, clock: clock)
    }

    private func model(_ name: String, units: Int = 1) -> LoadableModel {
        let bytes = Array(name.utf8) + [UInt8](repeating: 0, count: 32)
        return LoadableModel(
            digest: SHA256Digest(bytes: bytes.prefix(32))!, path: "/\(name)", name: try! ModelName(parsing: name), trainedContext: units)
    }

    private func terms(_ tenant: String = "t", _ keepAlive: KeepAlive? = nil) -> RequestTerms {
        RequestTerms(tenant: tenant, keepAlive: keepAlive)
    }

    private func names(_ manager: EngineManager) async -> [String] { await manager.loaded().map(\.model.name.name) }

    private func use(_ manager: EngineManager, _ model: LoadableModel, _ keepAlive: KeepAlive? = nil) async throws {
        try await manager.use(model, for: terms("t", keepAlive)).end()
        try await eventually { await manager.loaded().allSatisfy { $0.uses == 0 } }
    }

    @Test("The least recently used idle engine makes room")
    func eviction() async throws {
        let manager = manager(budget: 2)
        for name in ["a", "b", "a", "c"] {
            try await use(manager, model(name))
            clock.advance(.seconds(1))
        }
        #expect(await names(manager) == ["a", "c"])
        #expect(driver.started == ["a", "b", "c"])
    }

    @Test("keep_alive: over with its time, at once, never; and pinned whatever it says")
    func keepAlive() async throws {
        let manager = manager(keepAlive: .seconds(10))
        try await use(manager, model("default"))
        try await use(manager, model("zero"), .seconds(0))
        try await use(manager, model("ever"), .forever)
        await manager.setPinned([model("pin").digest])
        try await use(manager, model("pin"), .seconds(0))
        try await eventually { await names(manager) == ["default", "ever", "pin"] }
        #expect(await manager.loaded().map(\.expiresIn) == [.seconds(10), nil, nil])
        clock.advance(.seconds(9))
        #expect(await manager.loaded().map(\.expiresIn) == [.seconds(1), nil, nil])
        clock.advance(.seconds(1))
        try await eventually { await names(manager) == ["ever", "pin"] }
        clock.advance(.seconds(100_000))
        #expect(await names(manager) == ["ever", "pin"])
        await manager.setPinned([])
        try await eventually { await names(manager) == ["ever"] }
    }

    @Test("An engine in use neither expires nor is evicted, however long the use takes")
    func busy() async throws {
        let manager = manager(budget: 1, keepAlive: .seconds(1))
        let use = try await manager.use(model("a"), for: terms())
        clock.advance(.seconds(1000))
        let other = Task { try await manager.use(model("b"), for: terms()).end() }
        try await eventually { await manager.awaited().map(\.model.name.name) == ["b"] }
        #expect(await names(manager) == ["a"])
        use.end()
        try await other.value
        #expect(driver.started == ["a", "b"])
    }

    @Test("Two models that do not fit together take turns, however many requests the first has: each turn serves all who waited")
    func turns() async throws {
        let manager = manager(budget: 1)
        var uses = [try await manager.use(model("a"), for: terms())]
        let served = Served()
        @Sendable func ask(_ name: String) -> Task<EngineUse, any Error> {
            Task {
                let use = try await manager.use(model(name), for: terms())
                served.add(name)
                return use
            }
        }
        let forB = (0..<3).map { _ in ask("b") }
        try await eventually { await manager.awaited().map(\.waiting) == [3] }
        // `a` is loaded and has places, but is wanted out: these come after `b`.
        let forA = (0..<3).map { _ in ask("a") }
        try await eventually { await manager.awaited().map(\.waiting) == [3, 3] }
        #expect(served.all.isEmpty)
        for use in uses { use.end() }
        for task in forB { uses.append(try await task.value) }
        #expect(served.all == ["b", "b", "b"])
        let late = ask("b")
        try await eventually { await manager.awaited().map(\.waiting) == [3, 1] }
        for use in uses { use.end() }
        for task in forA { uses.append(try await task.value) }
        #expect(served.all == ["b", "b", "b", "a", "a", "a"])
        for use in uses { use.end() }
        try await late.value.end()
        #expect(driver.started == ["a", "b", "a", "b"])
    }

    @Test("Who gives up waiting for a turn is not waited for")
    func givenUp() async throws {
        let manager = manager(budget: 1)
        let use = try await manager.use(model("a"), for: terms())
        let gone = Task { try await manager.use(model("b"), for: terms()) }
        try await eventually { await manager.awaited().map(\.waiting) == [1] }
        gone.cancel()
        await #expect(throws: CancellationError.self) { try await gone.value }
        use.end()
        try await self.use(manager, model("a"))
        #expect(driver.started == ["a"])
    }

    @Test("What fits beside nothing is refused at once, with what could be had")
    func shortage() async throws {
        let manager = manager(budget: 10)
        await manager.setPinned([model("pin").digest])
        try await use(manager, model("pin", units: 4))
        let error = await failure { _ = try await manager.use(model("large", units: 7), for: terms()) }
        #expect(error?.code == .insufficientMemory && error?.retryAfter == 30)
        let shortage = try #require(error?.cause as? MemoryShortage)
        #expect(shortage.free == 6 && shortage.pinned.map(\.model.name.name) == ["pin"])
        let room = await manager.freeMemory()
        #expect(room?.now == 6 && room?.most == 6)
        try await use(manager, model("fits", units: 6))
    }

    @Test("As many wait for a model as may, of one tenant and of all")
    func bounds() async throws {
        let manager = manager(budget: 1, bounds: QueueBounds(perPriority: 3, perTenant: 2))
        let use = try await manager.use(model("a"), for: terms())
        let waiting = ["x", "x", "y"].map { tenant in Task { try await manager.use(model("b"), for: terms(tenant)).end() } }
        try await eventually { await manager.awaited().map(\.waiting) == [3] }
        for tenant in ["x", "z"] {
            #expect(await failure { _ = try await manager.use(model("b"), for: terms(tenant)) }?.code == .queueFull)
        }
        use.end()
        for task in waiting { try await task.value }
    }

    @Test("A crash loop ends in a state, and an administrator's load ends the state")
    func crashLoop() async throws {
        let manager = manager()
        for _ in 0..<3 {
            try await use(manager, model("a"))
            driver.engine("a")?.end(asked: false)
            try await eventually { await names(manager).isEmpty }
        }
        #expect(await failure { _ = try await manager.use(model("a"), for: terms()) }?.code == .modelFailed)
        #expect(await manager.failed().map(\.model.model.name.name) == ["a"])
        #expect(driver.started.count == 3)
        #expect(try await manager.load(model("a"), for: terms()))
        #expect(await manager.failed().isEmpty)
        #expect(try await manager.load(model("a"), for: terms()) == false)
    }

    @Test("Crashes between answered requests are no loop")
    func answered() async throws {
        let manager = manager()
        for _ in 0..<5 {
            let answer = try await manager.use(model("a"), for: terms()).generate(.chat("hi")).collect()
            #expect(answer?.finish == .stop)
            // The answer is told before the crash.
            try await eventually { await manager.loaded().allSatisfy { $0.uses == 0 } }
            driver.engine("a")?.end(asked: false)
            try await eventually { await names(manager).isEmpty }
        }
    }

    @Test("After the fifth failed load in a row the model is left alone")
    func loadFailures() async throws {
        let manager = manager()
        driver.fail(HoldfastError(.engineFailed, "no"))
        for pause in [1, 2, 4, 8, 600] {
            #expect(await failure { _ = try await manager.use(model("a"), for: terms()) }?.code == .engineFailed)
            if pause == 600 { break }
            clock.advance(.seconds(pause))
        }
        #expect(await failure { _ = try await manager.use(model("a"), for: terms()) }?.code == .modelFailed)
        clock.advance(.seconds(600))
        driver.fail(nil)
        try await use(manager, model("a"))
    }

    @Test("Many tenants and models in a small memory: nobody is left waiting, and never more is loaded than fits")
    func soak() async throws {
        let manager = manager(budget: 3, keepAlive: .seconds(0), bounds: QueueBounds(perPriority: 1000, perTenant: 1000))
        try await withThrowingTaskGroup(of: Void.self) { group in
            for number in 0..<300 {
                group.addTask {
                    let use = try await manager.use(model("m\(number % 7)", units: 1 + number % 7 % 2), for: terms("t\(number % 5)"))
                    let held = await manager.loaded().reduce(0) { $0 + $1.reservedBytes }
                    #expect(held <= 3)
                    await Task.yield()
                    use.end()
                }
                if number % 11 == 0 {
                    group.addTask {
                        let task = Task { try await manager.use(model("m\(number % 7)", units: 1 + number % 7 % 2), for: terms()).end() }
                        await Task.yield()
                        task.cancel()
                        _ = await task.result
                    }
                }
            }
            try await group.waitForAll()
        }
        try await eventually {
            guard await manager.awaited().isEmpty else { return false }
            return await manager.loaded().isEmpty
        }
    }
}
