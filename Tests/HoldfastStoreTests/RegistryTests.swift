import HoldfastCore
import Testing

@testable import HoldfastStore

@Suite struct RegistryTests {
    private let state = try! TemporaryState()

    private func add(_ name: String, _ content: String, to store: NodeStore) async throws -> Model {
        try await store.commit {
            try $0.addModel(name: ModelName(name), digest: .sample(content), size: 100, description: .sample, fingerprint: .sample)
        }
    }

    @Test func aModelIsReadAsItWasAdded() async throws {
        let store = try state.open(now: 5)
        let added = try await add("llama:1b", "a", to: store)
        #expect(added.name == ModelName("llama:1b") && added.addedAt == 5 && added.state == .ready && added.description == .sample)
        #expect(try await store.registry.model(named: ModelName("llama:1b")) == added)
        #expect(try await store.registry.model(digest: .sample("a")) == added)
        #expect(try await store.registry.models() == [added])
        let entry = try #require(try await store.registry.entries().first)
        #expect(entry.fingerprint == .sample && entry.parameters == 135_000_000 && entry.quantization == "Q4_1")
        await store.close()
        let again = try state.open()
        #expect(try await again.registry.model(named: ModelName("llama:1b")) == added)
        await again.close()
    }

    @Test func theSameModelAgainChangesNothing() async throws {
        let store = try state.open()
        let first = try await add("m", "a", to: store)
        #expect(try await add("m", "a", to: store) == first)
        #expect(try await store.registry.names() == [ModelName("m")])
    }

    @Test func aNameBelongsToOneModel() async throws {
        let store = try state.open()
        _ = try await add("m", "a", to: store)
        _ = try await add("n", "b", to: store)
        #expect(await code { _ = try await add("m", "b", to: store) } == .modelExists)
        #expect(await code { _ = try await store.commit { try $0.addAlias(ModelName("n"), of: ModelName("m")) } } == .modelExists)
        #expect(try await store.registry.model(named: ModelName("m"))?.digest == .sample("a"))
    }

    @Test func aKnownFileGetsOneMoreName() async throws {
        let store = try state.open()
        _ = try await add("m", "a", to: store)
        let model = try await add("b", "a", to: store)
        #expect(model.name == ModelName("m") && model.names == [ModelName("b"), ModelName("m")])
        let aliased = try await store.commit { try $0.addAlias(ModelName("c"), of: ModelName("b")) }
        #expect(aliased.names.count == 3)
        #expect(try await store.registry.entry(named: ModelName("c"))?.digest == .sample("a"))
    }

    @Test func theModelGoesWithItsLastName() async throws {
        let store = try state.open()
        _ = try await add("m", "a", to: store)
        _ = try await add("n", "a", to: store)
        let first = try await store.commit { try $0.removeName(ModelName("m")) }
        #expect(!first.wasLast && first.remainingNames == [ModelName("n")])
        #expect(try await store.registry.model(digest: .sample("a"))?.name == ModelName("n"))
        let last = try await store.commit { try $0.removeName(ModelName("n")) }
        #expect(last.wasLast && last.digest == .sample("a"))
        #expect(try await store.registry.models().isEmpty)
        #expect(await code { _ = try await store.commit { try $0.removeName(ModelName("n")) } } == .modelNotFound)
    }

    @Test func aCorruptFileIsRememberedUntilItIsAddedAgain() async throws {
        let store = try state.open()
        _ = try await add("m", "a", to: store)
        try await store.commit { try $0.setBlob(.sample("a"), state: .corrupt, fingerprint: nil, verifiedAt: 8) }
        let corrupt = try #require(try await store.registry.entry(named: ModelName("m")))
        #expect(corrupt.state == .corrupt && corrupt.verifiedAt == 8 && corrupt.fingerprint == .sample)
        _ = try await add("m", "a", to: store)
        #expect(try await store.registry.entry(named: ModelName("m"))?.state == .ready)
        #expect(
            await code { try await store.commit { try $0.setBlob(.sample("z"), state: .ready, fingerprint: nil, verifiedAt: 8) } }
                == .modelNotFound)
    }

    @Test func anEngineIsNewOnceAndWhenItChanges() async throws {
        let store = try state.open()
        func record(_ content: String, _ version: String) async throws -> Bool {
            try await store.commit { try $0.recordEngine(path: "/usr/bin/llama-server", digest: .sample(content), version: version) }
        }
        #expect(try await record("a", "1"))
        #expect(try await record("a", "1") == false)
        #expect(try await record("b", "1"))
        #expect(try await record("b", "2"))
        #expect(try await record("b", "2") == false)
    }

    @Test(arguments: [
        ("smolm2:135m", ["smollm2:135m"]), ("smollm2:136m", ["smollm2:135m"]), ("smollm2", ["smollm2:135m"]),
        ("gemma3:270m", ["gemma-3:270m"]), ("mistral:7b", []), ("gemma-3:1b", ["gemma-3:270m"]),
    ])
    func nearNamesAreFound(_ wanted: String, _ expected: [String]) {
        let names = ["smollm2:135m", "gemma-3:270m", "qwen3:0.6b"].map { ModelName($0) }
        #expect(NearestNames.find(ModelName(wanted), among: names) == expected.map { ModelName($0) })
    }
}
