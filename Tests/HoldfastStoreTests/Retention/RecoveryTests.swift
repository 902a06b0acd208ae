import Foundation
import GRDB
import HoldfastCore
import Testing

@testable import HoldfastStore

@Suite struct RecoveryTests {
    private let state = try! TemporaryState()

    private func fail(_ store: NodeStore, _ result: ResultCode = .SQLITE_IOERR_FSYNC) async {
        let failed = await code {
            try await store.commit { transaction in
                _ = try transaction.append(.sample(99_999))
                throw DatabaseError(resultCode: result, message: "injected")
            }
        }
        #expect(failed == .auditUnavailable)
    }

    private func inode() throws -> Int? {
        try FileManager.default.attributesOfItem(atPath: state.database)[.systemFileNumber] as? Int
    }

    @Test(arguments: [ResultCode.SQLITE_IOERR_FSYNC, .SQLITE_IOERR_WRITE, .SQLITE_CORRUPT, .SQLITE_READONLY])
    func everyAcknowledgedRecordSurvivesADiskErrorAndTheFailedOneDoesNot(_ result: ResultCode) async throws {
        let store = try state.open()
        try await store.commit { transaction in
            for number in 0..<700 { _ = try transaction.append(.sample(number)) }
            _ = try transaction.addModel(
                name: ModelName("m"), digest: .sample("m"), size: 1, description: .sample, fingerprint: .sample)
        }
        let inode = try inode()
        await fail(store, result)
        #expect(try await store.recover())
        #expect(store.failure == nil && store.audit.size == 700)
        #expect(try self.inode() != inode)
        #expect(try await store.registry.entries().count == 1)
        // Readers and the writer have the new file.
        try await store.commit { transaction in for number in 700..<1300 { _ = try transaction.append(.sample(number)) } }
        #expect(try await store.audit.records(matching: AuditFilter(), limit: 2000).count == 1300)
        #expect(try await store.audit.records(matching: AuditFilter(id: "request-99999"), limit: 1).isEmpty)
        #expect(try await store.recover() == false)
        await store.close()
        let report = try await state.verify()
        #expect(report.holds && report.size == 1300)
        let again = try state.open()
        #expect(again.audit.size == 1300)
        await again.close()
    }

    @Test func againAndAgain() async throws {
        let store = try state.open()
        for round in 0..<6 {
            try await store.commit { transaction in for number in 0..<50 { _ = try transaction.append(.sample(round * 100 + number)) } }
            await fail(store)
            #expect(try await store.recover())
        }
        #expect(store.audit.size == 300)
        await store.close()
        #expect(try await state.verify().size == 300)
        let left = try FileManager.default.contentsOfDirectory(atPath: state.path).filter { $0.hasPrefix("holdfast.db.") }
        #expect(left.isEmpty)
    }

    @Test func aCopyThatDoesNotHoldIsNotAdopted() async throws {
        let store = try state.open()
        try await store.commit { transaction in for number in 0..<700 { _ = try transaction.append(.sample(number)) } }
        // What an evicted page that never reached the disk looks like: an older one.
        try await store.connection.writeWithoutTransaction { try $0.execute(sql: "UPDATE audit_record SET body = '{}' WHERE leaf = 300") }
        await fail(store)
        #expect(await code { _ = try await store.recover() } == .auditBroken)
        #expect(store.failure != nil)
        #expect(await code { _ = try await store.commit { _ in } } == .auditUnavailable)
        await store.close()
    }

    @Test func aCutTailIsNotAdopted() async throws {
        let store = try state.open()
        try await store.commit { transaction in for number in 0..<100 { _ = try transaction.append(.sample(number)) } }
        try await store.connection.writeWithoutTransaction { try $0.execute(sql: "DELETE FROM audit_record WHERE leaf = 99") }
        await fail(store)
        #expect(await code { _ = try await store.recover() } == .auditBroken)
        await store.close()
    }

    @Test(arguments: ["copy", "recovered", "recovered without log"]) func anExchangeIsCompletedOrForgottenAtStart(_ stage: String)
        async throws
    {
        try await state.fill(300)
        let (database, manager) = (state.database, FileManager.default)
        switch stage {
        case "copy": try Data("half".utf8).write(to: URL(filePath: database + ".copy"))
        default:
            try manager.copyItem(atPath: database, toPath: database + ".recovered")
            // The old pair, which must not be read again.
            try Data("not a database any more".utf8).write(to: URL(filePath: database))
            if stage == "recovered" { try Data("log".utf8).write(to: URL(filePath: database + "-wal")) }
        }
        let store = try state.open()
        #expect(store.audit.size == 300)
        await store.close()
        #expect(try await state.verify().holds)
        #expect(!manager.fileExists(atPath: database + ".copy") && !manager.fileExists(atPath: database + ".recovered"))
    }
}
