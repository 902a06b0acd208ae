import HoldfastCore
import Testing

@testable import HoldfastStore

@Suite struct PolicyHistoryTests {
    private let state = try! TemporaryState()

    private static func file(_ text: String, _ name: String = "/p/a.yaml") -> PolicySource { PolicySource(name: name, text: text) }

    @discardableResult private func add(
        _ files: [PolicySource], to store: NodeStore, _ source: PolicyGeneration.Source = .apply, copiedFrom: Int64? = nil
    ) async throws -> PolicyGeneration {
        try await store.commit {
            let generation = try $0.addPolicy(files, digest: .sample("d"), authorUID: 7, source: source, copiedFrom: copiedFrom)
            try $0.append(.sample(Int(generation.number)))
            return generation
        }
    }

    @Test func generationsAreNumberedAndTheLastRulesAlsoAfterAReopen() async throws {
        let store = try state.open(now: 5)
        #expect(try await store.policies.active() == nil)
        let first = try await add([Self.file("version: 1\n"), Self.file("# \u{FEFF}ä\n", "/p/b.yaml")], to: store, .start)
        #expect(first == PolicyGeneration(number: 1, digest: .sample("d"), authorUID: 7, source: .start, copiedFrom: nil, time: 5))
        #expect(try await add([], to: store).number == 2)
        #expect(try await add([Self.file("x")], to: store, .rollback, copiedFrom: 1).copiedFrom == 1)
        await store.close()
        let again = try state.open()
        let active = try #require(try await again.policies.active())
        #expect(active.generation.number == 3 && active.files == [Self.file("x")])
        let oldest = try #require(try await again.policies.policy(1))
        #expect(oldest.generation == first)
        #expect(oldest.files == [Self.file("version: 1\n"), Self.file("# \u{FEFF}ä\n", "/p/b.yaml")], "word for word")
        #expect(try await again.policies.policy(2)?.files == [])
        #expect(try await again.policies.policy(4) == nil)
        #expect(try await again.policies.generations(limit: 2).map(\.number) == [3, 2])
        #expect(try await again.policies.generations(before: 2, limit: 9).map(\.number) == [1])
        await again.close()
    }

    @Test func aGenerationAndItsRecordComeTogetherOrNotAtAll() async throws {
        let store = try state.open()
        try await add([Self.file("a")], to: store)
        struct Stop: Error {}
        await #expect(throws: Stop.self) {
            try await store.commit { transaction in
                _ = try transaction.addPolicy([Self.file("b")], digest: .sample("e"), authorUID: 0, source: .apply)
                _ = try transaction.append(.sample(9))
                throw Stop()
            }
        }
        #expect(try await store.policies.active()?.generation.number == 1 && store.audit.size == 1)
        #expect(await code { try await add([], to: store, .rollback, copiedFrom: 9) } == .generationNotFound)
        #expect(await code { try await add([PolicySource(name: "/p", bytes: [0xFF])], to: store) } == .internalError)
        #expect(try await add([Self.file("c")], to: store).number == 2, "no number was lost")
        await store.close()
    }

    @Test(arguments: [
        "DELETE FROM policy_generation", "UPDATE policy_generation SET author_uid = 0", "DELETE FROM policy_file",
        "UPDATE policy_file SET text = ''", "UPDATE policy_active SET generation = 9", "INSERT INTO policy_active VALUES (2, 1)",
    ])
    func whatWasInForceStays(statement: String) async throws {
        let store = try state.open()
        try await add([Self.file("a")], to: store)
        await store.close()
        #expect(throws: (any Error).self) { try state.tamper(statement) }
        let again = try state.open()
        #expect(try await again.policies.active()?.files == [Self.file("a")])
        await again.close()
    }
}
