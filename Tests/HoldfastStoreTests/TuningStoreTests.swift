import HoldfastCore
import Testing

@testable import HoldfastStore

@Suite("Choices of `model tune` in the store")
struct TuningStoreTests {
    private static let engine = EngineBuild(digest: .sample("engine"), version: "llama.cpp 1")

    private static func choice(
        _ engine: EngineBuild = engine, hardware: String = "x, 2 cores", microBatch: Int = 256, threads: Int? = nil
    ) -> StoredTuning {
        StoredTuning(
            model: .sample("m"), engine: engine, hardware: hardware,
            tuning: EngineTuning(
                threads: threads, batchThreads: threads, microBatchSize: microBatch, flashAttention: false, cacheType: .q8,
                speculation: .mod),
            gain: TuningGain(total: 1.25, prompt: 0.9, answer: 1.5), noise: 0.031, measuredAt: 5)
    }

    private func opened() async throws -> (TemporaryState, NodeStore) {
        let state = try TemporaryState()
        let store = try state.open()
        try await store.commit { transaction in
            _ = try transaction.addModel(
                name: ModelName("m:1"), digest: .sample("m"), size: 100, description: .sample, fingerprint: .sample)
        }
        return (state, store)
    }

    @Test("What was stored is there after a restart, one for each engine and machine; the same again replaces it")
    func kept() async throws {
        let (state, store) = try await opened()
        let other = EngineBuild(digest: Self.engine.digest, version: "llama.cpp 2")
        let choices = [Self.choice(), Self.choice(other, threads: 3), Self.choice(hardware: "y, 4 cores")]
        for choice in choices { try await store.commit { try $0.setTuning(choice) } }
        try await store.commit { try $0.setTuning(Self.choice(microBatch: 64)) }
        await store.close()
        let again = try state.open()
        let found = try await again.scheduling.tunings()
        #expect(found.count == 3 && found.contains(choices[1]) && found.contains(choices[2]) && found.contains(Self.choice(microBatch: 64)))
        await again.close()
    }

    @Test("They are dropped for one engine and machine, or all at once, or with their model")
    func dropped() async throws {
        let (_, store) = try await opened()
        let other = EngineBuild(digest: .sample("other"), version: "1")
        for choice in [Self.choice(), Self.choice(other), Self.choice(hardware: "y")] {
            try await store.commit { try $0.setTuning(choice) }
        }
        #expect(try await store.commit { try $0.removeTunings(of: .sample("m"), engine: Self.engine, hardware: "x, 2 cores") } == 1)
        #expect(try await store.scheduling.tunings().count == 2)
        #expect(try await store.commit { try $0.removeTunings(of: .sample("n")) } == 0)
        #expect(try await store.commit { try $0.removeTunings(of: .sample("m")) } == 2)
        try await store.commit { try $0.setTuning(Self.choice()) }
        _ = try await store.commit { try $0.removeName(ModelName("m:1")) }
        #expect(try await store.scheduling.tunings().isEmpty)
        try await store.commit { try $0.setTuning(Self.choice()) }
        #expect(try await store.scheduling.tunings().isEmpty, "of a model that is not there")
        await store.close()
    }

    @Test("Words of a later version are passed over")
    func later() async throws {
        let (state, store) = try await opened()
        try await store.commit { try $0.setTuning(Self.choice()) }
        await store.close()
        try state.tamper("UPDATE engine_tuning SET speculation = 'oracle'")
        let again = try state.open()
        #expect(try await again.scheduling.tunings().isEmpty)
        await again.close()
    }
}
