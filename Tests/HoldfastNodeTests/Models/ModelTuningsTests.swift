import HoldfastCore
import HoldfastInference
import HoldfastStore
import HoldfastTestSupport
import Testing

@testable import HoldfastNode

/// Which choice counts.
struct ModelTuningsTests {
    private let folder = try! TestFolder()
    private let model = SHA256Digest(bytes: [UInt8](repeating: 7, count: 32))!
    private let tuning = EngineTuning(threads: 3, batchThreads: 2, microBatchSize: 256, flashAttention: false)

    /// Any program that the node would run stands in for an engine.
    private func inventory(_ path: String = "/bin/true") throws -> (EngineInventory, EngineBuild) {
        let inventory = try unseen(path)
        return (inventory, try inventory.locate().build)
    }

    private func unseen(_ path: String = "/bin/true") throws -> EngineInventory {
        let store = try NodeStore.open(StoreOptions(stateDirectory: folder.path + "/state-\(UInt64.random(in: 0 ... .max))"))
        return EngineInventory(locator: EngineLocator(configuredPath: path, prefix: "/nowhere"), shelf: store.engines)
    }

    private func choice(_ engine: EngineBuild, _ hardware: String, at time: Int64 = 1) -> StoredTuning {
        StoredTuning(
            model: model, engine: engine, hardware: hardware, tuning: tuning, gain: TuningGain(total: 1.2, prompt: 1.2, answer: 1.2),
            noise: 0.02, measuredAt: time)
    }

    @Test("Only one that was made with this engine on this machine; of another it is said why not")
    func counts() throws {
        let (inventory, engine) = try inventory()
        let here = Hardware.current().description
        let other = EngineBuild(digest: engine.digest, version: "9")
        func tunings(_ stored: [StoredTuning]) -> ModelTunings {
            ModelTunings(settings: EngineSettings(), inventory: inventory, stored: stored)
        }
        #expect(tunings([]).newest(of: model) == nil && tunings([]).settings(of: model) == nil)
        let good = tunings([choice(engine, here), choice(other, here, at: 2)])
        #expect(good.settings(of: model)?.tuning == tuning && good.newest(of: model)?.unused == nil)
        #expect(good.settings(of: model)?.tunedFor == engine)
        let newer = tunings([choice(other, here)])
        #expect(newer.settings(of: model) == nil)
        #expect(newer.newest(of: model)?.unused == "it was measured with another engine (9)")
        let moved = tunings([choice(engine, "a 386, 1 core")])
        #expect(moved.settings(of: model) == nil)
        #expect(moved.newest(of: model)?.unused == "it was measured on another machine (a 386, 1 core)")
    }

    @Test("Before an engine was looked for nothing counts; afterwards it does")
    func looking() async throws {
        let (_, engine) = try inventory()
        let inventory = try unseen()
        let tunings = ModelTunings(
            settings: EngineSettings(), inventory: inventory, stored: [choice(engine, Hardware.current().description)])
        #expect(tunings.settings(of: model) == nil)
        await tunings.prepare()
        #expect(tunings.settings(of: model) != nil)
    }

    @Test("Configured threads stay what they are, whatever was chosen")
    func configured() throws {
        let (inventory, engine) = try inventory()
        var settings = EngineSettings()
        settings.threads = 1
        let tunings = ModelTunings(
            settings: settings, inventory: inventory, stored: [choice(engine, Hardware.current().description)])
        let used = try #require(tunings.settings(of: model))
        #expect(used.threads == 1 && used.batchThreads == nil && used.microBatchSize == 256)
    }

    @Test("A new choice replaces the old one of the same engine and machine, and removing takes what was named")
    func changes() throws {
        let (inventory, engine) = try inventory()
        let here = Hardware.current().description
        let tunings = ModelTunings(settings: EngineSettings(), inventory: inventory, stored: [choice(engine, here), choice(engine, "x")])
        tunings.add(choice(engine, here, at: 5))
        #expect(tunings.used(for: model)?.measuredAt == 5)
        tunings.remove(of: model, engine: engine, hardware: here)
        #expect(tunings.used(for: model) == nil && tunings.newest(of: model) != nil)
        tunings.remove(of: model)
        #expect(tunings.newest(of: model) == nil)
    }

    @Test("One model is measured at a time")
    func oneAtATime() throws {
        let tunings = ModelTunings(settings: EngineSettings(), inventory: try inventory().0, stored: [])
        try tunings.beginMeasuring()
        #expect(throws: HoldfastError.self) { try tunings.beginMeasuring() }
        tunings.endMeasuring()
        try tunings.beginMeasuring()
    }
}
