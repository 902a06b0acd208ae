import Foundation
import GRDB
import HoldfastCore
import HoldfastCrypto
import Testing

@testable import HoldfastStore

@Suite("Backups, and restoring them")
struct NodeRestoreTests {
    static let content = Array("a model's bytes".utf8)
    static let actor = AuditActor(Caller(uid: 7, gid: 7, pid: 1, groups: [], socket: .internal))

    /// A store with a model, a token and some records.
    static func filled(_ state: TemporaryState) async throws -> NodeStore {
        let store = try state.open()
        let staged = try store.blobs.stage(expectedSize: Int64(content.count))
        try content.withUnsafeBytes { try staged.append($0) }
        let digest = try await staged.finish(expectedSize: Int64(content.count))
        let fingerprint = try staged.publish()
        let name = try ModelName(parsing: "m")
        try await store.commit { transaction in
            _ = try transaction.addModel(
                name: name, digest: digest, size: Int64(content.count), description: .sample, fingerprint: fingerprint)
            for number in 0..<300 { try transaction.append(.sample(number)) }
        }
        return store
    }

    static func archive(_ store: NodeStore, _ options: BackupOptions = BackupOptions()) async throws -> [UInt8] {
        let backup = try await store.prepareBackup(options, version: "1.2.3")
        var bytes: [UInt8] = []
        try await backup.stream { bytes += $0 }
        return bytes
    }

    @discardableResult static func restore(
        _ archive: [UInt8], to path: String, _ change: (inout NodeRestore.Options) -> Void = { _ in }
    ) async throws -> (BackupCheck, RestoreReport) {
        var options = NodeRestore.Options(stateDirectory: path)
        change(&options)
        let restore = try NodeRestore(options)
        for start in stride(from: 0, to: archive.count, by: 70_001) {
            try archive[start..<min(start + 70_001, archive.count)].withUnsafeBytes { try restore.read($0) }
        }
        let check = try await restore.check()
        return (check, try await restore.apply(by: actor))
    }

    /// Everything under a directory with its bytes, but for what a restore's attempt may touch without changing anything.
    static func contents(_ path: String) throws -> [String: Data] {
        var found: [String: Data] = [:]
        for name in try FileManager.default.subpathsOfDirectory(atPath: path) where !name.hasSuffix("-shm") && name != "lock" {
            let data = try? Data(contentsOf: URL(filePath: "\(path)/\(name)"))
            // SQLite makes an empty one when it reads.
            if name.hasSuffix("-wal"), data?.isEmpty == true { continue }
            found[name] = data
        }
        return found
    }

    @Test("what came after the backup is put aside, the restore is a signed record in a new epoch, and all of it verifies")
    func sameNode() async throws {
        let state = try TemporaryState()
        var store = try await Self.filled(state)
        let archive = try await Self.archive(store)
        try await store.commit { for number in 300..<420 { try $0.append(.sample(number)) } }
        let later = try await store.checkpoint()
        let laterNote = try await store.audit.newestNote()
        await store.close()

        let (check, report) = try await Self.restore(archive, to: state.path)
        #expect(check.manifest.size == 300 && check.present?.size == 420 && check.recordsAfter == 120 && check.presentHolds)
        #expect(report.epoch == 1 && report.size == 301)
        let replaced = try #require(report.replaced)
        #expect(try await AuditVerifier(stateDirectory: replaced).verify(against: [laterNote]).holds)
        #expect(try await AuditVerifier(stateDirectory: state.path).verify().holds)
        // Whoever kept a later checkpoint sees the cut.
        #expect(try await AuditVerifier(stateDirectory: state.path).verify(against: [laterNote]).holds == false)

        store = try state.open()
        let record = try #require(try await store.audit.record(at: 300)).record
        #expect(record.operation == "node.restore" && record.actor.uid == 7)
        #expect(record.parameters["replaced_size"] == 420 && record.parameters["backup_size"] == 300 && record.parameters["epoch"] == 1)
        #expect(record.resource?.name == "420 \(later.root.base64)")
        #expect(try await store.registry.entries().map(\.name.description) == ["m:latest"])
        let next = try await Self.archive(store)
        await store.close()
        #expect(try await Self.restore(next, to: state.path).1.epoch == 2)
    }

    @Test("a new machine takes the node's place with its key, and not without")
    func newMachine() async throws {
        let old = try TemporaryState()
        let store = try await Self.filled(old)
        let archive = try await Self.archive(store)
        let origin = store.verifierKey.name
        await store.close()
        let key = Array(try Data(contentsOf: URL(filePath: old.path + "/keys/audit.ed25519")))

        let new = try TemporaryState()
        #expect(await code { try await Self.restore(archive, to: new.path) } == .backupInvalid)
        #expect(
            await code { try await Self.restore(archive, to: new.path) { $0.signingKey = [UInt8](repeating: 1, count: 32) } }
                == .backupInvalid)
        let (check, report) = try await Self.restore(archive, to: new.path) { $0.signingKey = key }
        #expect(check.present == nil && report.replaced == nil && check.missingModels == 0)
        let restored = try new.open()
        #expect(restored.verifierKey.name == origin)
        let digest = try #require(try await restored.registry.entries().first?.digest)
        #expect(try restored.blobs.open(digest).read(at: 0, count: 100) == Self.content)
        await restored.close()

        // A machine that has started once has a log of its own.
        let started = try TemporaryState()
        await (try started.open()).close()
        let before = try Self.contents(started.path)
        #expect(await code { try await Self.restore(archive, to: started.path) { $0.signingKey = key } } == .backupForeign)
        #expect(try Self.contents(started.path) == before)
        try await Self.restore(archive, to: started.path) { ($0.signingKey, $0.replacesAnotherNode) = (key, true) }
        let taken = try started.open()
        #expect(taken.verifierKey.name == origin)
        await taken.close()
    }

    @Test("a backup that is cut off, changed or of a newer version changes nothing")
    func refused() async throws {
        let state = try TemporaryState()
        let store = try await Self.filled(state)
        let archive = try await Self.archive(store)
        #expect(await code { try await Self.restore(archive, to: state.path) } == .stateInUse)
        await store.close()
        let before = try Self.contents(state.path)
        func refuse(_ bytes: [UInt8], _ expected: HoldfastError.Code) async throws {
            #expect(await code { try await Self.restore(bytes, to: state.path) } == expected)
            #expect(try Self.contents(state.path) == before)
        }
        for size in [0, 1, 512, 600, 5000, archive.count / 2, archive.count - 1024 - Self.content.count, archive.count - 1024] {
            try await refuse(Array(archive.prefix(size)), .backupInvalid)
        }
        var random = SystemRandomNumberGenerator()
        for _ in 0..<20 {
            var changed = archive
            // Padding, and what tar says of mode and time, is not part of what is signed.
            let member = try #require(Self.starts(of: archive).randomElement(using: &random))
            changed[member + Int.random(in: 0..<min(200, archive.count - member - 1024), using: &random)] ^= 1
            let error = await code { try await Self.restore(changed, to: state.path) }
            // A changed origin or version is refused as what it says it is.
            #expect([.backupInvalid, .backupForeign, .databaseTooNew].contains(error))
        }
        #expect(try Self.contents(state.path) == before)
        try await refuse(try Self.resigned(archive, state) { $0.schema = 999 }, .databaseTooNew)
        try await refuse(try Self.resigned(archive, state) { $0.origin = "holdfast.local/node/0000000000000000" }, .backupForeign)
        try await refuse(Array("not a backup, but long enough to be one".utf8) + archive, .backupInvalid)
    }

    /// Where the contents of members begin.
    static func starts(of archive: [UInt8]) throws -> [Int] {
        var (offset, starts) = (0, [Int]())
        while offset + 512 < archive.count, archive[offset] != 0 {
            let size = Int(String(decoding: archive[(offset + 124)..<(offset + 135)], as: UTF8.self), radix: 8) ?? 0
            // Of the last block only the first bytes are the member's.
            if size >= 200 { starts.append(offset + 512) }
            offset += 512 + (size + 511) / 512 * 512
        }
        return starts
    }

    /// The same members under another manifest, signed by the node's own key.
    static func resigned(_ archive: [UInt8], _ state: TemporaryState, _ change: (inout BackupManifest) -> Void) throws -> [UInt8] {
        var reader = BackupReader()
        var manifest: BackupManifest?
        try archive.withUnsafeBytes { try reader.read($0) { if case .manifest(let found, _) = $0 { manifest = found } } }
        var changed = try #require(manifest)
        let name = changed.origin
        change(&changed)
        let key = try Ed25519PrivateKey(seed: Array(try Data(contentsOf: URL(filePath: state.path + "/keys/audit.ed25519"))))
        let note = Array(try SignedNote(text: changed.text, signers: [NoteSigner(name: name, privateKey: key)]).encoded.utf8)
        let old = Int(String(decoding: archive[124..<135], as: UTF8.self), radix: 8) ?? 0
        let rest = 512 + (old + 511) / 512 * 512
        return TarWriter.header(BackupManifest.member, size: Int64(note.count), time: 0) + note
            + TarWriter.padding(after: Int64(note.count))
            + archive[rest...]
    }

    @Test("what was revoked or forgotten after the backup does not come back")
    func carriedOver() async throws {
        let state = try TemporaryState()
        var store = try await Self.filled(state)
        @Sendable func token(_ name: String, _ byte: UInt8) -> AccessToken {
            AccessToken(
                name: name, hash: [UInt8](repeating: byte, count: 32), role: "user", creatorUID: 7, created: 1, expires: 2_000_000_000_000)
        }
        try await store.commit { transaction in
            _ = try transaction.addToken(token("kept", 1))
            _ = try transaction.addToken(token("revoked", 2))
            try transaction.append(.sample(900), salt: [UInt8](repeating: 5, count: 32))
            try transaction.append(.sample(901), salt: [UInt8](repeating: 6, count: 32))
        }
        let archive = try await Self.archive(store)
        try await store.commit { transaction in
            _ = try transaction.removeToken("revoked")
            try transaction.database.run("DELETE FROM audit_salt WHERE salt = ?", [Blob([UInt8](repeating: 5, count: 32))])
        }
        await store.close()
        #expect(try await Self.restore(archive, to: state.path).1.carriedOver == 2)
        store = try state.open()
        #expect(try await store.subjects.tokens().map(\.name) == ["kept"])
        await store.close()
        #expect(try state.column("SELECT salt FROM audit_salt") == [[UInt8](repeating: 6, count: 32)])
    }

    @Test("without content neither salts nor captured files are in it, in no byte")
    func withoutContent() async throws {
        let state = try TemporaryState()
        let store = try await Self.filled(state)
        let salt = (0..<32).map { UInt8(200 + $0 % 50) }
        try await store.commit { _ = try $0.append(.sample(900), salt: salt) }
        func holds(_ bytes: [UInt8]) -> Bool { Data(bytes).range(of: Data(salt)) != nil }
        #expect(holds(try await Self.archive(store)))
        #expect(!holds(try await Self.archive(store, BackupOptions(content: false))))
        await store.close()
        // The key is in no backup in the clear.
        let key = try Data(contentsOf: URL(filePath: state.path + "/keys/audit.ed25519"))
        let again = try state.open()
        #expect(Data(try await Self.archive(again)).range(of: key) == nil)
        await again.close()
    }

    @Test("a crash in the middle of the exchange is completed by the next start", arguments: 0..<6)
    func crash(step: Int) async throws {
        let state = try TemporaryState()
        let store = try await Self.filled(state)
        let archive = try await Self.archive(store)
        try await store.commit { for number in 300..<310 { try $0.append(.sample(number)) } }
        await store.close()
        let copy = try TemporaryState()
        try FileManager.default.copyItem(atPath: state.path, toPath: copy.path)
        let (_, report) = try await Self.restore(archive, to: copy.path)
        // As a crash leaves it: the new state whole in `restored`, and the first steps of the exchange done.
        let (ready, old) = (state.path + "/restored", state.path + "/replaced/1")
        for folder in [ready + "/keys", ready + "/models", old + "/keys"] {
            try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        }
        let moves = [
            ("\(state.path)/holdfast.db", "\(old)/holdfast.db"), ("\(state.path)/checkpoint", "\(old)/checkpoint"),
            ("\(ready)/checkpoint", "\(state.path)/checkpoint"), ("\(state.path)/keys/audit.pub", "\(old)/keys/audit.pub"),
            ("\(ready)/keys/audit.pub", "\(state.path)/keys/audit.pub"),
        ]
        for (name, place) in [("holdfast.db", "holdfast.db"), ("checkpoint", "checkpoint"), ("keys/audit.pub", "keys/audit.pub")] {
            try FileManager.default.copyItem(atPath: "\(copy.path)/\(name)", toPath: "\(ready)/\(place)")
        }
        try Data("1".utf8).write(to: URL(filePath: ready + "/replaces"))
        for (from, to) in moves.prefix(step) { try FileManager.default.moveItem(atPath: from, toPath: to) }
        let opened = try state.open()
        #expect(opened.audit.size == Int64(report.size))
        await opened.close()
        #expect(try await AuditVerifier(stateDirectory: state.path).verify().holds)
        #expect(try await AuditVerifier(stateDirectory: old).verify().size == 310)
        #expect(!FileManager.default.fileExists(atPath: ready))
    }
}
