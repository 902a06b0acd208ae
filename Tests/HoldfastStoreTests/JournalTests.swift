import Foundation
import HoldfastCore
import Testing

@testable import HoldfastStore

@Suite struct JournalTests {
    private let state = try! TemporaryState()

    private struct Refused: Error {}

    /// The tree over the stored bodies, by the definition of RFC 6962 and not by way of tiles.
    private func root(_ leaves: ArraySlice<MerkleHash>) -> MerkleHash {
        guard leaves.count > 1 else { return leaves.first ?? .emptyRoot }
        var split = 1
        while split * 2 < leaves.count { split *= 2 }
        return .node(root(leaves.prefix(split)), root(leaves.dropFirst(split)))
    }

    private func storedLeaves() throws -> [MerkleHash] {
        try state.column("SELECT CAST(body AS BLOB) FROM audit_record ORDER BY leaf").map { MerkleHash.leaf($0) }
    }

    @Test func aThousandCommitsAtOnceAreDenseAndFailuresLeaveNoTrace() async throws {
        let store = try state.open()
        let indices = try await withThrowingTaskGroup(of: Int64?.self) { group in
            for number in 0..<1000 {
                group.addTask {
                    do {
                        return try await store.commit { transaction in
                            let leaf = try transaction.append(.sample(number), salt: [UInt8](repeating: 1, count: 32))
                            _ = try transaction.addModel(
                                name: ModelName("m\(number)"), digest: .sample("\(number)"), size: 1, description: .sample,
                                fingerprint: .sample)
                            if number % 7 == 0 { throw Refused() }
                            return leaf
                        }
                    } catch is Refused { return nil }
                }
            }
            return try await group.reduce(into: [Int64]()) { if let leaf = $1 { $0.append(leaf) } }
        }
        let kept = 1000 - 143
        #expect(indices.sorted() == (0..<Int64(kept)).map { $0 })
        #expect(store.audit.size == Int64(kept))
        #expect(try await store.registry.entries().count == kept)
        let records = try await store.audit.records(matching: AuditFilter(), after: -1, limit: 2000)
        #expect(records.map(\.record.sequence) == (0..<Int64(kept)).map { $0 })
        #expect(records.allSatisfy { $0.record.boot == store.bootID && Int($0.record.id.dropFirst(8))! % 7 != 0 })
        await store.close()
        let leaves = try storedLeaves()
        #expect(store.audit.lastCheckpoint().root == root(leaves[...]))
        #expect(try state.column("SELECT salt FROM audit_salt").count == kept)
        #expect(try await state.verify().holds)
    }

    @Test(arguments: [1, 2, 255, 256, 257, 300, 511, 512, 513, 770]) func theTreeIsRestoredAtEverySize(_ size: Int) async throws {
        let first = try state.open()
        try await first.commit { transaction in for number in 0..<size { _ = try transaction.append(.sample(number)) } }
        await first.close()
        let second = try state.open()
        try await second.commit { _ = try $0.append(.sample(size)) }
        let checkpoint = try await second.checkpoint()
        await second.close()
        #expect(checkpoint.size == size + 1)
        #expect(checkpoint.root == root(try storedLeaves()[...]))
        let report = try await state.verify()
        #expect(report.holds && report.checkedRecords == Int64(size + 1) && report.root == checkpoint.root)
    }

    @Test func aCheckpointCoversAtLeastEvery256thRecord() async throws {
        let store = try state.open()
        try await store.commit { transaction in for number in 0..<1000 { _ = try transaction.append(.sample(number)) } }
        #expect(store.audit.lastCheckpoint().size == 768)
        try await store.commit { transaction in for number in 0..<24 { _ = try transaction.append(.sample(number)) } }
        #expect(store.audit.lastCheckpoint().size == 1024)
        #expect(try await store.checkpoint() == store.audit.lastCheckpoint())
        #expect(try state.column("SELECT note FROM checkpoint").count == 5)
        let note = try String(contentsOfFile: state.path + "/checkpoint", encoding: .utf8)
        #expect(note.hasPrefix("holdfast.local/node/") && note.contains("\n1024\n"))
        await store.close()
    }

    @Test func anIntentWithoutOutcomeIsClosedAsInterrupted() async throws {
        do {
            // Dropped without closing, as a killed daemon leaves it.
            let store = try state.open()
            try await store.commit {
                for number in 0..<3 { _ = try $0.append(.sample(number, .intent, operation: "models.add", model: "m")) }
                _ = try $0.append(.sample(1, .outcome, operation: "models.add", model: "m"))
            }
        }
        let store = try state.open(now: 42)
        let records = try await store.audit.records(matching: AuditFilter(result: .interrupted), limit: 10)
        #expect(records.map(\.record.id) == ["request-2", "request-0"])
        let record = try #require(records.first?.record)
        #expect(record.phase == .outcome && record.boot == store.bootID && record.time == 42 && record.resource?.name == "m")
        await store.close()
        let again = try state.open()
        #expect(again.audit.size == 6)
        await again.close()
        #expect(try await state.verify().holds)
    }

    @Test func oneIdHasOneOpenIntent() async throws {
        let store = try state.open()
        try await store.commit { _ = try $0.append(.sample(1, .intent)) }
        #expect(await code { try await store.commit { _ = try $0.append(.sample(1, .intent)) } } == .internalError)
        try await store.commit { _ = try $0.append(.sample(1, .outcome)) }
        try await store.commit { _ = try $0.append(.sample(1, .intent)) }
        #expect(store.audit.size == 3)
    }

    @Test func aRecordThatIsTooLongIsRefused() async throws {
        let store = try state.open()
        var record = AuditRecord.sample(1)
        record.operation = String(repeating: "x", count: 66_000)
        let long = record
        #expect(await code { try await store.commit { _ = try $0.append(long) } } == .invalidRequest)
        #expect(store.audit.size == 0)
    }

    @Test func oneProcessOwnsTheDirectory() async throws {
        let store = try state.open()
        #expect(await code { _ = try state.open() } == .stateInUse)
        await store.close()
        await (try state.open()).close()
    }

    @Test func aClosedStoreRefuses() async throws {
        let store = try state.open()
        let waiting = Task { try await store.audit.waitForSize(greaterThan: 0) }
        await store.close()
        #expect(await code { try await store.commit { _ = try $0.append(.sample(1)) } } == .shuttingDown)
        #expect(await code { _ = try await waiting.value } == .shuttingDown)
    }

    @Test func keyAndStateAreForTheOwnerOnly() async throws {
        await (try state.open()).close()
        func mode(_ path: String) throws -> Int? {
            try FileManager.default.attributesOfItem(atPath: state.path + path)[.posixPermissions] as? Int
        }
        #expect(try mode("") == 0o700 && mode("/holdfast.db") == 0o600 && mode("/keys/audit.ed25519") == 0o600 && mode("/keys") == 0o700)
        #expect(try Data(contentsOf: URL(fileURLWithPath: state.path + "/keys/audit.ed25519")).count == 32)
    }

    @Test func anotherOrALostKeyIsRefused() async throws {
        await (try state.open()).close()
        let path = state.path + "/keys/audit.ed25519"
        try Data(repeating: 1, count: 32).write(to: URL(fileURLWithPath: path))
        #expect(await code { _ = try state.open() } == .auditUnavailable)
        try FileManager.default.removeItem(atPath: path)
        #expect(await code { _ = try state.open() } == .auditUnavailable)
    }

    @Test func aLogThatWasCutOrChangedIsNotContinued() async throws {
        try await state.fill(5)
        try state.tamper("DELETE FROM audit_record WHERE leaf = 4")
        #expect(await code { _ = try state.open() } == .auditBroken)
        let other = try TemporaryState()
        try await other.fill(5)
        try other.tamper("UPDATE tile SET hashes = zeroblob(160)")
        #expect(await code { _ = try other.open() } == .auditBroken)
    }
}
