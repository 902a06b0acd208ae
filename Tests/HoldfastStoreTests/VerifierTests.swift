import Foundation
import GRDB
import HoldfastCore
import HoldfastCrypto
import Testing

@testable import HoldfastStore

@Suite struct VerifierTests {
    private let state = try! TemporaryState()

    /// 700 records with checkpoints at 100, 256+100, …, and 700.
    private func fill() async throws { try await state.fill(700, checkpointAt: [100, 300]) }

    @Test(arguments: [
        ("UPDATE audit_record SET body = replace(body, 'models.list', 'models.lisp') WHERE leaf = 321", 321, "changed"),
        ("UPDATE audit_record SET body = CAST(x'FF' || substr(body, 2) AS TEXT) WHERE leaf = 699", 699, "changed"),
        ("DELETE FROM audit_record WHERE leaf = 400", 400, "missing"),
        ("DELETE FROM audit_record WHERE leaf >= 650", 650, "cut off"),
        ("DELETE FROM audit_record", 0, "cut off"),
        ("UPDATE audit_record SET actor_uid = 0 WHERE leaf = 12", 12, "hidden"),
        ("UPDATE audit_record SET result = NULL WHERE leaf = 13", 13, "hidden"),
        ("DELETE FROM tile WHERE level = 0 AND position = 1", 256, "tile"),
        ("UPDATE tile SET hashes = substr(hashes, 1, 64) WHERE level = 0 AND position = 2", 514, "tile"),
        ("UPDATE tile SET hashes = zeroblob(64) WHERE level = 1", 0, "stored hash"),
    ])
    func aChangeIsNamed(_ sql: String, _ index: Int64, _ word: String) async throws {
        try await fill()
        #expect(try await state.verify().holds)
        try state.tamper(sql)
        let problem = try #require(try await state.verify().firstProblem)
        #expect(problem.index == index && problem.what.contains(word), "\(problem)")
        if word == "changed" || word == "hidden" { #expect(problem.recordID == "request-\(index)") }
    }

    @Test func anInsertedRecordIsNamed() async throws {
        try await fill()
        try state.tamper(
            "UPDATE audit_record SET leaf = -leaf - 1 + 10000 WHERE leaf >= 200",
            "UPDATE audit_record SET leaf = 10000 - leaf WHERE leaf > 5000",
            "INSERT INTO audit_record SELECT 200, id, time, actor_uid, operation, model, digest, result, body, actor_subject FROM audit_record WHERE leaf = 3"
        )
        let problem = try #require(try await state.verify().firstProblem)
        #expect(problem.index == 200 && problem.what.contains("inserted"), "\(problem)")
    }

    @Test func exchangedRecordsAreNamed() async throws {
        try await fill()
        try state.tamper(
            "UPDATE audit_record SET leaf = 5000 WHERE leaf = 290", "UPDATE audit_record SET leaf = 290 WHERE leaf = 310",
            "UPDATE audit_record SET leaf = 310 WHERE leaf = 5000")
        let problem = try #require(try await state.verify().firstProblem)
        #expect(problem.index == 290 && problem.what.contains("exchanged with record 310"), "\(problem)")
    }

    @Test func aRecordRemovedWithTheRestMovedUpIsNamed() async throws {
        try await fill()
        try state.tamper(
            "DELETE FROM audit_record WHERE leaf = 50", "UPDATE audit_record SET leaf = 10000 + leaf WHERE leaf > 50",
            "UPDATE audit_record SET leaf = leaf - 10001 WHERE leaf > 5000")
        let problem = try #require(try await state.verify().firstProblem)
        #expect(problem.index == 50 && problem.what.contains("missing"), "\(problem)")
    }

    /// Rewrites a record and its hash in the leaf tile; the checkpoints still tell, and name the range between two of them.
    @Test(arguments: [(120, 100, 255), (20, 0, 99), (310, 300, 511)])
    func aRewrittenTileIsNamedByTheCheckpointsAroundIt(_ leaf: Int, _ from: Int64, _ to: Int64) async throws {
        try await fill()
        try state.tamper(
            "UPDATE audit_record SET body = replace(body, 'models.list', 'models.lisp'), operation = 'models.lisp' WHERE leaf = \(leaf)")
        let body = try #require(try state.column("SELECT CAST(body AS BLOB) FROM audit_record WHERE leaf = \(leaf)").first)
        let (tile, place) = (leaf / 256, leaf % 256)
        var hashes = try #require(try state.column("SELECT hashes FROM tile WHERE level = 0 AND position = \(tile)").first)
        hashes.replaceSubrange(place * 32..<place * 32 + 32, with: MerkleHash.leaf(body).bytes)
        try state.tamper("UPDATE tile SET hashes = x'\(Hex.encode(hashes))' WHERE level = 0 AND position = \(tile)")
        let problem = try #require(try await state.verify().firstProblem)
        #expect(problem.index == from && problem.what.contains("from \(from) to \(to)"), "\(problem)")
    }

    @Test func aForgedCheckpointIsFound() async throws {
        try await fill()
        let key = try Ed25519PrivateKey()
        let origin = try String(contentsOfFile: state.path + "/checkpoint", encoding: .utf8).split(separator: "\n")[0]
        let forged = try Checkpoint(origin: String(origin), size: 700, root: .emptyRoot)
            .signed(by: [NoteSigner(name: String(origin), privateKey: key)]).encoded
        try state.tamper("UPDATE checkpoint SET note = '\(forged)' WHERE size = 700")
        let problem = try #require(try await state.verify().firstProblem)
        #expect(problem.what.contains("checkpoint 700 has no valid signature"), "\(problem)")
    }

    @Test func anEditedOlderCheckpointIsFound() async throws {
        try await fill()
        try state.tamper(
            "UPDATE checkpoint SET note = replace(note, char(10) || '300' || char(10), char(10) || '299' || char(10)) WHERE size = 300")
        let problem = try #require(try await state.verify().firstProblem)
        #expect(problem.what.contains("checkpoint 300"), "\(problem)")
    }

    @Test(arguments: [("\n700\n", "\n701\n"), ("— holdfast", "— holdfasT"), ("\n\n", "\n")])
    func anEditedCheckpointFileIsFound(_ old: String, _ new: String) async throws {
        try await fill()
        let note = try String(contentsOfFile: state.path + "/checkpoint", encoding: .utf8)
        try state.replaceCheckpointFile(note.replacingOccurrences(of: old, with: new))
        let problem = try #require(try await state.verify().firstProblem)
        #expect(problem.what.contains("STATE/checkpoint"), "\(problem)")
    }

    @Test func theCheckpointFileTellsWhatAnOlderDatabaseLacks() async throws {
        try await state.fill(300)
        let old = try Data(contentsOf: URL(fileURLWithPath: state.database))
        let store = try state.open()
        try await store.commit { _ = try $0.append(.sample(300)) }
        await store.close()
        try old.write(to: URL(fileURLWithPath: state.database))
        let report = try await state.verify()
        #expect(report.checkpointSize == 301 && report.firstProblem?.index == 300 && report.root == nil)
    }

    @Test func itVerifiesBesideARunningStoreAndCountsTheTail() async throws {
        let store = try state.open()
        try await store.commit { transaction in for number in 0..<500 { _ = try transaction.append(.sample(number)) } }
        let report = try await state.verify()
        #expect(report.holds && report.size == 500 && report.checkpointSize == 256 && report.unsignedRecords == 244)
        await store.close()
        #expect(try await state.verify().unsignedRecords == 0)
    }

    @Test func itVerifiesWhileRecordsArrive() async throws {
        let store = try state.open()
        let writing = Task {
            for number in 0..<2000 { try await store.commit { _ = try $0.append(.sample(number)) } }
        }
        for _ in 0..<20 { #expect(try await state.verify().firstProblem == nil) }
        writing.cancel()
        _ = await writing.result
        await store.close()
    }

    @Test func anEmptyLogHolds() async throws {
        await (try state.open()).close()
        let report = try await state.verify()
        #expect(report.holds && report.size == 0 && report.root == .emptyRoot)
    }

    @Test func aGivenKeyIsTheOneThatCounts() async throws {
        try await state.fill(3)
        let key = try String(contentsOfFile: state.path + "/keys/audit.pub", encoding: .utf8)
        #expect(try await AuditVerifier(stateDirectory: state.path, key: String(key.dropLast())).verify().holds)
        let other = try TemporaryState()
        await (try other.open()).close()
        let otherKey = try String(contentsOfFile: other.path + "/keys/audit.pub", encoding: .utf8)
        #expect(try await AuditVerifier(stateDirectory: state.path, key: String(otherKey.dropLast())).verify().holds == false)
    }

    @Test func aMissingDatabaseIsAnError() async throws {
        #expect(await code { _ = try await state.verify() } == .fileUnreadable)
    }
}
