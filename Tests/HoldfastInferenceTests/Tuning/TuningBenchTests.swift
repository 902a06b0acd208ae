import Foundation
import HoldfastCore
import Synchronization
import Testing

@testable import HoldfastInference

/// Measuring with engines of its own, on a node that goes on serving: the scripted engine, whose timings follow from its arguments.
@Suite(.serialized) struct TuningBenchTests {
    private let machine: TestMachine

    init() throws { machine = try TestMachine() }

    private func manager(budget: Int64? = nil) -> EngineManager {
        struct Gauge: MemoryGauge {
            func reading() -> MemoryReading { MemoryReading(availableBytes: 1 << 50, totalBytes: 1 << 50) }
            func use(of pid: Int32) -> MemoryUse? { nil }
        }
        return EngineManager(
            driver: machine.driver(),
            memory: MemoryAdmission(gauge: Gauge(), budgetBytes: budget, need: { _ in MemoryNeed(bytes: 1) }))
    }

    /// Its time never runs out.
    private func bench(_ manager: EngineManager, _ model: LoadableModel) -> TuningBench {
        TuningBench(engines: manager, model: model, settings: TestMachine.settings, clock: ManualClock())
    }

    private var folders: [String] { (try? FileManager.default.contentsOfDirectory(atPath: machine.folder + "/engines")) ?? [] }

    @Test("The faster settings are found through real engines, and none of them stays")
    func finds() async throws {
        defer { machine.remove() }
        let manager = manager()
        let outcome = try await bench(manager, machine.model("say:speed")).run(cores: 2, allowsQ8: false, within: .seconds(60)) { _ in }
        #expect(outcome.best?.tuning == EngineTuning(threads: 1, microBatchSize: 256, flashAttention: false), "\(outcome)")
        #expect(outcome.isBetter && abs(outcome.gain.answer - 1.5) < 0.01 && abs(outcome.gain.prompt - 1.2) < 0.01, "\(outcome)")
        // The scripted engine does not know these options, and ends.
        #expect(Set(outcome.unsupported.map(\.speculation)) == [.simple, .map, .mod])
        #expect(await manager.trials.isEmpty)
        #expect(await manager.loaded().isEmpty)
        #expect(folders.isEmpty)
    }

    @Test("Cancelled at any moment, it leaves no engine behind")
    func cancelled() async throws {
        defer { machine.remove() }
        let manager = manager()
        let model = try machine.model("say:speed say:slow")
        for stage in 0..<3 {
            let work = Task { [bench = bench(manager, model)] in
                try await bench.run(cores: 1, allowsQ8: false, within: .seconds(60)) { _ in }
            }
            // Not begun; starting; computing.
            if stage > 0 { try await eventually { !folders.isEmpty } }
            if stage > 1 { try await eventually { await manager.trials.values.contains { $0.engine != nil } } }
            work.cancel()
            await #expect(throws: CancellationError.self) { try await work.value }
            #expect(await manager.trials.isEmpty)
            try await eventually { folders.isEmpty }
        }
    }

    @Test("A request that comes meanwhile is served, breaks off what is measured, and the search goes on after it")
    func requestsComeFirst() async throws {
        defer { machine.remove() }
        let manager = manager()
        let model = try machine.model("say:speed say:hold")
        let waited = Mutex(false)
        let held = try await manager.use(model, for: RequestTerms(tenant: "t"))
        let search = Task { [bench = bench(manager, model)] in
            try await bench.run(cores: 1, allowsQ8: false, within: .seconds(60)) { progress in
                if progress.stage == .waiting { waited.withLock { $0 = true } }
            }
        }
        try await eventually { waited.withLock { $0 } }
        #expect(await manager.trials.isEmpty, "nothing is measured while somebody is served")
        held.end()
        try await eventually { await !manager.trials.isEmpty }
        waited.withLock { $0 = false }
        let second = try await manager.use(model, for: RequestTerms(tenant: "t"))
        // Before the second has ended: between the two the next measurement could begin.
        let third = try await manager.use(model, for: RequestTerms(tenant: "t"))
        #expect(try await second.generate(.chat("hello", maxTokens: 2)).collect()?.finish == .stop)
        try await eventually { waited.withLock { $0 } }
        #expect(await manager.trials.isEmpty, "what was measured is broken off")
        third.end()
        #expect(try await search.value.isBetter)
        await manager.shutdown(drain: .zero)
    }

    @Test("A model that needs the memory of what is measured gets it, and the search goes on after it")
    func memoryIsGivenBack() async throws {
        defer { machine.remove() }
        let manager = manager(budget: 1)
        let model = try machine.model("say:speed")
        let search = Task { [bench = bench(manager, model)] in
            try await bench.run(cores: 1, allowsQ8: false, within: .seconds(60)) { _ in }
        }
        try await eventually { await !manager.trials.isEmpty }
        let use = try await manager.use(machine.model("", name: "other"), for: RequestTerms(tenant: "t"))
        #expect(await manager.trials.isEmpty)
        use.end()
        #expect(try await search.value.isBetter)
        #expect(await manager.loaded().isEmpty)
    }

    @Test("Without the memory for a further engine nothing is measured; an idle one makes room")
    func memory() async throws {
        defer { machine.remove() }
        let manager = manager(budget: 1)
        let other = try machine.model("", name: "other")
        let model = try machine.model("say:speed")
        await manager.setPinned([other.digest])
        try await manager.load(other, for: RequestTerms(tenant: "t"))
        try await eventually { await !manager.isWanted() }
        let refused = await failure { _ = try await bench(manager, model).run(cores: 1, allowsQ8: false, within: .seconds(60)) { _ in } }
        #expect(refused?.code == .insufficientMemory)
        await manager.setPinned([])
        #expect(try await bench(manager, model).run(cores: 1, allowsQ8: false, within: .seconds(60)) { _ in }.isBetter)
        #expect(await manager.loaded().isEmpty)
        // A failed trial is no mark against the model.
        try await manager.load(model, for: RequestTerms(tenant: "t"))
        await manager.shutdown(drain: .zero)
    }

    @Test("An engine with outdated settings ends when nobody uses it, pinned or not")
    func renewal() async throws {
        defer { machine.remove() }
        let manager = manager()
        let model = try machine.model("")
        await manager.setPinned([model.digest])
        let use = try await manager.use(model, for: RequestTerms(tenant: "t"))
        #expect(await manager.renew(model.digest), "it is in use")
        #expect(await manager.loaded().count == 1)
        use.end()
        try await eventually { await manager.loaded().isEmpty }
        var other = model
        other.settings = TestMachine.settings.tuned(
            EngineTuning(microBatchSize: 64, flashAttention: false), for: EngineBuild(digest: model.digest, version: "another"))
        // Chosen for another engine than the driver finds: it is started as the node says.
        try await manager.load(other, for: RequestTerms(tenant: "t"))
        let pid = try #require(await manager.loaded().first).pid
        let words = try String(contentsOfFile: "/proc/\(pid)/cmdline", encoding: .utf8).split(separator: "\0").map(String.init)
        #expect(words.contains("128") && !words.contains("off"))
        #expect(await manager.loaded().first?.status.tuning == nil)
        #expect(await !manager.renew(SHA256Digest(bytes: [UInt8](repeating: 5, count: 32))!), "nothing is loaded of it")
        await manager.shutdown(drain: .zero)
    }
}
