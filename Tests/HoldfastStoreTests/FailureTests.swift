import GRDB
import Glibc
import HoldfastCore
import Testing

@testable import HoldfastStore

@Suite struct FailureTests {
    private let state = try! TemporaryState()

    /// As many commits as make one group, one of which is too large for the disk.
    private func commits(_ store: NodeStore, _ count: Int) async -> [HoldfastError.Code?] {
        await withTaskGroup(of: HoldfastError.Code?.self) { group in
            for number in 0..<count {
                group.addTask { await code { try await store.commit { _ = try $0.append(.sample(number)) } } }
            }
            return await group.reduce(into: []) { $0.append($1) }
        }
    }

    @Test func aFullDiskRefusesAndLosesNothing() async throws {
        let store = try state.open()
        try await store.commit { _ = try $0.append(.sample(0)) }
        let pages = try await store.connection.read { try Int.fetchOne($0, sql: "PRAGMA page_count") ?? 0 }
        try await store.connection.writeWithoutTransaction { try $0.execute(sql: "PRAGMA max_page_count = \(pages + 4)") }
        let answers = await commits(store, 200)
        let accepted = answers.count { $0 == nil }
        #expect(answers.contains(.diskFull) && answers.allSatisfy { $0 == nil || $0 == .diskFull })
        #expect(store.audit.size == Int64(1 + accepted))
        #expect(store.writer.failure == nil)
        try await store.connection.writeWithoutTransaction { try $0.execute(sql: "PRAGMA max_page_count = 1000000") }
        #expect(await commits(store, 10).allSatisfy { $0 == nil })
        await store.close()
        let report = try await state.verify()
        #expect(report.holds && report.size == Int64(11 + accepted))
    }

    @Test func aDiskErrorEndsAllWritingAndSaysWhy() async throws {
        let store = try state.open()
        try await store.commit { _ = try $0.append(.sample(0)) }
        let failing = await code {
            try await store.commit { transaction in
                _ = try transaction.append(.sample(1))
                throw DatabaseError(resultCode: .SQLITE_IOERR_FSYNC, message: "fsync failed")
            }
        }
        #expect(failing == .auditUnavailable)
        #expect(await commits(store, 5).allSatisfy { $0 == .auditUnavailable })
        #expect(try store.status().failure?.message.contains("fsync failed") == true)
        #expect(try await store.audit.records(matching: AuditFilter(), limit: 10).count == 1)
        await store.close()
    }

    @Test func aLogThatCannotBeReadIsNotAPassedCheck() async throws {
        try await state.fill(600)
        // The page of a leaf of the table of records, not one of the header or the schema.
        let connection = try DatabaseQueue(path: state.database)
        let page = try await connection.read { try Int.fetchOne($0, sql: "SELECT rootpage FROM sqlite_master WHERE name = 'audit_record'") }
        let size = try await connection.read { try Int.fetchOne($0, sql: "PRAGMA page_size") }
        try connection.close()
        let offset = (try #require(page) - 1) * (try #require(size))
        let file = try OpenFile(state.database, O_WRONLY, action: "damage")
        let garbage = [UInt8](repeating: 0xFF, count: 200)
        #expect(pwrite(file.descriptor, garbage, garbage.count, off_t(offset)) == garbage.count)
        do {
            #expect(try await state.verify().holds == false)
        } catch { #expect((error as? HoldfastError)?.code == .databaseFailed) }
    }
}
