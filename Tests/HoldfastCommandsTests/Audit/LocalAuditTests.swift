import FoundationEssentials
import HoldfastCore
import HoldfastStore
import Testing

@testable import HoldfastCommands

@Suite(.timeLimit(.minutes(1)))
struct LocalAuditTests {
    private let folder = try! TemporaryFolder()
    private var state: String { folder.path + "/state" }

    /// A trail of twenty signed records, and nobody who runs it.
    private func fill() async throws {
        let store = try NodeStore.open(StoreOptions(stateDirectory: state))
        try await store.commit { transaction in
            for number in 0..<20 {
                let actor = AuditActor(Caller(uid: 1000, gid: 1000, pid: 1, groups: [], socket: .admin))
                try transaction.append(
                    AuditRecord(
                        id: "request-\(number)", time: 0, phase: .event, actor: actor, operation: "models.alias",
                        outcome: AuditOutcome(.ok),
                        policyGeneration: 1))
            }
        }
        try await store.checkpoint()
        await store.close()
    }

    @Test func aStoppedNodesTrailIsVerified() async throws {
        try await fill()
        let world = TestWorld()
        #expect(try await world.run(["audit", "verify", "--state", state]) == .success, "\(world.errors.text)")
        #expect(world.output.text.hasPrefix("The audit trail of holdfast.local/node/"))
        #expect(world.output.text.contains(" holds: 20 records, each as it was written and signed.\n"))
        let json = TestWorld()
        #expect(try await json.run(["audit", "verify", "--state", state, "--json"]) == .success)
        #expect(json.output.text.contains(#""checkpoint_size": 20"#))
    }

    @Test func withoutARunningNodeTheUsualDirectoryIsRead() async throws {
        try await fill()
        let world = TestWorld(environment: ["HOLDFAST_STATE": state])
        #expect(try await world.run(["--runtime", "/nonexistent", "audit", "verify"]) == .success)
        #expect(world.errors.text.hasPrefix("No node answers; reading \(state) instead.\n"))
    }

    @Test func aChangedRecordIsNamed() async throws {
        try await fill()
        let database = URL(filePath: state + "/holdfast.db")
        var bytes = try Data(contentsOf: database)
        let record = try #require(bytes.firstRange(of: Data(#""id":"request-13","op":"models.a"#.utf8)))
        bytes[record.upperBound - 1] = UInt8(ascii: "o")
        try bytes.write(to: database)
        let world = TestWorld()
        #expect(try await world.run(["audit", "verify", "--state", state]) == .auditBroken)
        #expect(world.output.text.contains(" does not hold.\nThe first record that does not fit is number 13"))
    }
}
