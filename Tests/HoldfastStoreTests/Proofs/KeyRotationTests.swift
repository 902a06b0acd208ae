import Foundation
import HoldfastCore
import HoldfastCrypto
import Testing

@testable import HoldfastStore

@Suite struct KeyRotationTests {
    private let state = try! TemporaryState()

    private func append(_ store: NodeStore, _ count: Int) async throws {
        let first = Int(store.audit.size)
        try await store.commit { for number in first..<first + count { try $0.append(.sample(number)) } }
    }

    private func open(credentials: String? = nil) throws -> NodeStore {
        try NodeStore.open(StoreOptions(stateDirectory: state.path, credentialsDirectory: credentials, now: { 1_700_000_000_000 }))
    }

    private func verify(_ key: NoteVerifierKey?) async throws -> AuditReport {
        try await AuditVerifier(stateDirectory: state.path, key: key?.text).verify()
    }

    @Test func afterAHandoverEachKeyChecksTheWholeLog() async throws {
        let store = try open()
        let first = store.verifierKey
        try await append(store, 300)
        let early = try await store.audit.newestNote()
        let done = try await store.rotateKey(.sample(900, operation: "audit.rotate-key"))
        #expect(done.old == first && done.new == store.verifierKey && done.new != first && done.checkpoint.size == 301)
        try await append(store, 300)
        try await store.checkpoint()
        let second = try await store.rotateKey(.sample(901, operation: "audit.rotate-key")).new
        try await append(store, 10)
        try await store.checkpoint()
        for key in [nil, first, done.new, second] {
            let report = try await verify(key)
            #expect(report.holds && report.checkpointSize == 612, "\(report)")
        }
        // The record names both, and the newest of the old key's checkpoints is the first of the new one's.
        let record = try #require(try await store.audit.record(at: 300)?.record)
        #expect(record.resource == AuditResource(kind: "key", name: done.new.text))
        #expect(record.parameters == ["old_key": Int64(first.keyID), "new_key": Int64(done.new.keyID)])
        let proof = try await store.audit.inclusionProof(of: 5)
        let body = try #require(try await store.audit.record(at: 5)?.bytes)
        for key in [first, done.new, second] {
            #expect(try proof.verify(record: body, origin: first.name, keys: [key]).size == 612)
        }
        let report = try await AuditVerifier(stateDirectory: state.path, key: second.text).verify(against: [early])
        #expect(report.holds)
        await store.close()
        // All of it again after a restart, with the newest key.
        let again = try open()
        #expect(again.verifierKey == second && again.verifierKey.name == first.name)
        try await append(again, 1)
        await again.close()
        #expect(try await verify(first).holds)
    }

    @Test func aCrashBetweenTheHandoverAndTheKeysFileIsMadeGood() async throws {
        let store = try open()
        try await append(store, 3)
        let keys = state.path + "/keys/"
        let old = try Data(contentsOf: URL(filePath: keys + "audit.ed25519"))
        let new = try await store.rotateKey(.sample(9, operation: "audit.rotate-key")).new
        await store.close()
        // As it is when the daemon dies right after the commit.
        try FileManager.default.moveItem(atPath: keys + "audit.ed25519", toPath: keys + "audit.ed25519.next")
        try old.write(to: URL(filePath: keys + "audit.ed25519"))
        let again = try open()
        #expect(again.verifierKey == new)
        await again.close()
        #expect(!FileManager.default.fileExists(atPath: keys + "audit.ed25519.next"))
        // And right before it: the key that was never handed over to goes.
        try Data(SecureRandom.bytes(32)).write(to: URL(filePath: keys + "audit.ed25519.next"))
        let third = try open()
        #expect(third.verifierKey == new)
        await third.close()
        #expect(!FileManager.default.fileExists(atPath: keys + "audit.ed25519.next"))
        // The key before is not the log's any more.
        try old.write(to: URL(filePath: keys + "audit.ed25519"))
        #expect(await code { _ = try open() } == .auditUnavailable)
    }

    @Test func aCredentialIsTheKeyAndTakesOverFromTheFile() async throws {
        let credentials = state.folder + "/credentials"
        try FileManager.default.createDirectory(atPath: credentials, withIntermediateDirectories: false)
        let store = try open(credentials: credentials)
        let first = store.verifierKey
        try await append(store, 5)
        await store.close()
        let seed = Data(try SecureRandom.bytes(32))
        try seed.write(to: URL(filePath: credentials + "/audit-key"))
        let moved = try open(credentials: credentials)
        #expect(moved.verifierKey != first && moved.verifierKey.name == first.name)
        #expect(await code { _ = try await moved.rotateKey(.sample(1, operation: "audit.rotate-key")) } == .invalidRequest)
        let record = try #require(try await moved.audit.record(at: 5)?.record)
        #expect(record.operation == "audit.rotate-key" && record.actor.socket == .internal)
        await moved.close()
        try FileManager.default.removeItem(atPath: state.path + "/keys/audit.ed25519")
        let alone = try open(credentials: credentials)
        await alone.close()
        for key in [nil, first] { #expect(try await verify(key).holds) }
        // From one credential to the next it takes both.
        try Data(SecureRandom.bytes(32)).write(to: URL(filePath: credentials + "/audit-key"))
        #expect(await code { _ = try open(credentials: credentials) } == .auditUnavailable)
        try seed.write(to: URL(filePath: credentials + "/audit-key-previous"))
        await (try open(credentials: credentials)).close()
        for key in [nil, first] { #expect(try await verify(key).holds) }
    }

    @Test func aFirstStartWithACredentialWritesNoKey() async throws {
        let credentials = state.folder + "/credentials"
        try FileManager.default.createDirectory(atPath: credentials, withIntermediateDirectories: false)
        try Data(SecureRandom.bytes(32)).write(to: URL(filePath: credentials + "/audit-key"))
        await (try open(credentials: credentials)).close()
        #expect(!FileManager.default.fileExists(atPath: state.path + "/keys/audit.ed25519"))
        #expect(await code { _ = try open() } == .auditUnavailable)
        try Data([1, 2, 3]).write(to: URL(filePath: credentials + "/audit-key"))
        #expect(await code { _ = try open(credentials: credentials) } == .auditUnavailable)
    }

    @Test func aHandoverThatWasRemovedOrChangedIsFound() async throws {
        let store = try open()
        let first = store.verifierKey
        try await append(store, 300)
        _ = try await store.rotateKey(.sample(9, operation: "audit.rotate-key"))
        try await append(store, 3)
        await store.close()
        try state.tamper("DROP TRIGGER audit_key_is_fixed", "UPDATE audit_key SET note = replace(note, '301', '302')")
        #expect(try await verify(first).firstProblem?.what.contains("handovers") == true)
        try state.tamper("DROP TRIGGER audit_key_is_kept", "DELETE FROM audit_key")
        #expect(try await !verify(first).holds)
        #expect(try await !verify(nil).holds)
    }
}
