import Foundation
import HoldfastCore
import Testing

@testable import HoldfastStore

@Suite("Decommissioning a state directory")
struct DecommissionTests {
    static func record() -> AuditRecord {
        AuditRecord(
            id: "end", time: 5, phase: .outcome, actor: NodeRestoreTests.actor, operation: "node.decommission",
            outcome: AuditOutcome(.ok), policyGeneration: 1)
    }

    @Test("leaves a last record that anybody with the key can check, and nothing else")
    func wiped() async throws {
        let state = try TemporaryState()
        let store = try await NodeRestoreTests.filled(state)
        let key = store.verifierKey
        let paper = try await store.endLog(with: Self.record())
        #expect(await code { try await store.commit { _ = try $0.append(.sample(1)) } } == .shuttingDown)
        _ = try await store.wipe()
        #expect(try FileManager.default.contentsOfDirectory(atPath: state.path).sorted() == ["decommissioned", "lock"])
        let kept = try LastRecord(parsing: Array(try Data(contentsOf: URL(filePath: state.path + "/decommissioned"))))
        #expect(kept.text == paper.text)
        #expect(try kept.verify(keys: [key]).size == 301)
        var changed = Array(paper.text.utf8)
        let place = try #require(Data(changed).range(of: Data("\"uid\":7".utf8))).lowerBound
        changed[place + 6] = UInt8(ascii: "8")
        #expect(throws: HoldfastError.self) { try LastRecord(parsing: changed).verify(keys: [key]) }
        #expect(await code { _ = try state.open() } == .nodeDecommissioned)
        #expect(try FileManager.default.contentsOfDirectory(atPath: state.path).sorted() == ["decommissioned", "lock"])
    }

    @Test("what a crash left of it is wiped by the next start, which refuses to run")
    func crash() async throws {
        let state = try TemporaryState()
        let store = try await NodeRestoreTests.filled(state)
        _ = try await store.endLog(with: Self.record())
        await store.close()
        #expect(FileManager.default.fileExists(atPath: state.database))
        #expect(await code { _ = try state.open() } == .nodeDecommissioned)
        #expect(!FileManager.default.fileExists(atPath: state.database))
        #expect(!FileManager.default.fileExists(atPath: state.path + "/keys"))
    }
}
