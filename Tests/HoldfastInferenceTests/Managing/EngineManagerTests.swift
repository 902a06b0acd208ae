import Foundation
import HoldfastCore
import Synchronization
import Testing

@testable import HoldfastInference

extension EngineManager {
    /// A use that is over at once.
    fileprivate func lease(_ model: LoadableModel) async throws -> any Engine {
        let use = try await use(model, for: RequestTerms(tenant: "t"))
        defer { use.end() }
        return use.engine
    }
}

struct EngineManagerTests {
    private let driver = FakeDriver()
    private let clock = ManualClock()
    private let events = Events()
    private let manager: EngineManager
    private let model = LoadableModel(
        digest: SHA256Digest(bytes: [UInt8](repeating: 7, count: 32))!, path: "/m", name: try! ModelName(parsing: "m"), trainedContext: nil)

    private final class Events: Sendable {
        private let list = Mutex<[String]>([])
        var all: [String] { list.withLock { $0 } }
        func add(_ event: EngineEvent) {
            let text =
                switch event {
                case .started(let model, let pid, _): "started \(model.name) \(pid)"
                case .exited(let model, _, let exit): "exited \(model.name) \(exit.reason) \(exit.wasAsked)"
                case .gaveUp(let model): "gave up \(model.name)"
                case .released(let model, _, let why): "released \(model.name) \(why.rawValue)"
                case .loadFailed(let model, let error): "failed \(model.name) \(error.code.rawValue) \(error.retryAfter ?? -1)"
                }
            list.withLock { $0.append(text) }
        }
    }

    init() {
        let events = events
        manager = EngineManager(driver: driver, clock: clock) { events.add($0) }
    }

    @Test("Any number of callers share one load, and the next finds it loaded")
    func singleFlight() async throws {
        let manager = manager
        let model = model
        let engine = FakeEngine(model)
        let callers = (0..<20).map { number in Task { try await manager.use(model, for: RequestTerms(tenant: "t\(number)")).engine } }
        try await driver.finish(.success(engine))
        for caller in callers { #expect(try await caller.value === engine) }
        #expect(try await manager.lease(model) === engine)
        #expect(driver.count == 1)
        #expect(await manager.loaded().map(\.pid) == [4711])
        #expect(events.all == ["started m:latest 4711"])
    }

    @Test("A caller that is cancelled leaves the load to the others")
    func cancelledCaller() async throws {
        let manager = manager
        let model = model
        let gone = Task { try await manager.lease(model) }
        try await eventually { driver.count == 1 }
        gone.cancel()
        await #expect(throws: CancellationError.self) { try await gone.value }
        let other = Task { try await manager.lease(model) }
        let engine = FakeEngine(model)
        try await driver.finish(.success(engine))
        #expect(try await other.value === engine)
        #expect(driver.count == 1)
    }

    @Test("A failed load is not tried again for 1, 2, 4, 8 seconds, and says so; a good one ends that")
    func backoff() async throws {
        for pause in [1, 2, 4, 8] {
            let attempt = Task { try await manager.lease(model) }
            try await driver.finish(.failure(HoldfastError(.engineFailed, "no")))
            await #expect(throws: HoldfastError.self) { try await attempt.value }
            let before = driver.count
            let early = await failure { _ = try await manager.lease(model) }
            #expect(early?.code == .engineFailed && early?.retryAfter == pause)
            #expect(driver.count == before)
            #expect(events.all.last == "failed m:latest engine_failed \(pause)")
            clock.advance(.seconds(pause))
        }
        let attempt = Task { try await manager.lease(model) }
        let engine = FakeEngine(model)
        try await driver.finish(.success(engine))
        _ = try await attempt.value
        engine.end(asked: false)
        try await eventually { await manager.loaded().isEmpty }
        let again = Task { try await manager.lease(model) }
        try await driver.finish(.failure(HoldfastError(.engineFailed, "no")))
        _ = await again.result
        #expect(events.all.last == "failed m:latest engine_failed 1")
    }

    @Test("A crash takes the engine out, is told, and the next request loads again")
    func crash() async throws {
        let first = FakeEngine(model)
        let load = Task { try await manager.lease(model) }
        try await driver.finish(.success(first))
        _ = try await load.value
        first.end(asked: false)
        try await eventually { events.all.last == "exited m:latest signal 9 false" }
        let second = FakeEngine(model)
        let again = Task { try await manager.lease(model) }
        try await driver.finish(.success(second))
        #expect(try await again.value === second)
    }

    @Test("Unloading ends the engine; what is not loaded is said to be so; a load under way is given up")
    func unload() async throws {
        #expect(await manager.unload(model.digest) == false)
        let load = Task { try await manager.lease(model) }
        try await driver.finish(.success(FakeEngine(model)))
        _ = try await load.value
        #expect(await manager.unload(model.digest))
        try await eventually { events.all.last == "exited m:latest signal 9 true" }
        #expect(await manager.loaded().isEmpty)

        let given = Task { try await manager.lease(model) }
        try await eventually { driver.count == 2 }
        #expect(await manager.unload(model.digest))
        await #expect(throws: HoldfastError.self) { try await given.value }
        // Given up is not failed: the next one is tried at once.
        let next = Task { try await manager.lease(model) }
        try await driver.finish(.success(FakeEngine(model)))
        _ = try await next.value
    }

    @Test("After shutdown nothing loads and nothing is left")
    func shutdown() async throws {
        let load = Task { try await manager.lease(model) }
        try await driver.finish(.success(FakeEngine(model)))
        _ = try await load.value
        await manager.shutdown()
        #expect(await manager.loaded().isEmpty)
        #expect(await failure { _ = try await manager.lease(model) }?.code == .shuttingDown)
    }

    @Test("A real process that is killed is reported, and comes back")
    func realProcess() async throws {
        let machine = try TestMachine()
        defer { machine.remove() }
        let events = Events()
        let manager = EngineManager(driver: machine.driver()) { events.add($0) }
        let model = try machine.model("")
        let first = try await manager.lease(model)
        kill(first.pid, SIGKILL)
        try await eventually { events.all.last?.hasPrefix("exited") == true }
        let second = try await manager.lease(model)
        #expect(second.pid != first.pid)
        #expect(try await second.generate(.chat("hi"), tenant: "a").collect()?.finish == .stop)
        await manager.shutdown()
        #expect(!isRunning(second.pid))
    }
}
