import Foundation
import GRDB
import HoldfastCore
import Testing

@testable import HoldfastStore

@Suite("Records by caller")
struct TenantTests {
    private static func record(_ number: Int, _ subject: NamedSubject) -> AuditRecord {
        var record = AuditRecord.sample(number)
        record.actor = AuditActor(Caller(subject, socket: .api))
        return record
    }

    @Test("Holders of tokens are not one: each has its own sum, and removal takes from it")
    func sums() async throws {
        let state = try TemporaryState()
        let store = try state.open()
        try await store.commit { transaction in
            for number in 0..<600 { try transaction.append(Self.record(number, .token(name: number % 3 == 0 ? "a" : "b", role: "user"))) }
            try transaction.append(.sample(600))
        }
        #expect(try await store.auditUsage().largest?.tenant == "token:b")
        try await store.checkpoint()
        try await store.remove(try #require(try await store.plan(oldest: 512)), because: .budget)
        let sums = try await store.connection.read { try SubjectSums.all(in: $0).map { "\($0.tenant) \($0.records)" }.sorted() }
        #expect(sums.contains("token:a 114") && sums.contains("token:b 230") && sums.contains("uid:1000 1"), "\(sums)")
        await store.close()
    }

    @Test("An index finds a subject's records, an application socket's that acts as a uid too")
    func index() async throws {
        let state = try TemporaryState()
        let store = try state.open()
        try await store.commit { transaction in
            for number in 0..<50 { try transaction.append(.sample(number)) }
            try transaction.append(Self.record(50, .app("robot")))
            var acting = AuditRecord.sample(51)
            acting.actor = AuditActor(Caller(uid: 1000, gid: 1, pid: 1, groups: [], socket: .api, subject: .app("robot")))
            try transaction.append(acting)
        }
        let found = try await store.audit.records(matching: AuditFilter(actorSubject: "app:robot"), limit: 10)
        #expect(found.map(\.index) == [51, 50])
        let plan = try await store.connection.read { database in
            try Row.fetchAll(database, sql: "EXPLAIN QUERY PLAN SELECT leaf FROM audit_record WHERE actor_subject = 'app:robot'")
                .map { $0["detail"] as String }
        }
        #expect(plan.contains { $0.contains("audit_record_subject") }, "\(plan)")
        await store.close()
        #expect(try await state.verify().holds)
    }

    @Test("A log of before the migration is counted and found in the same way; a record that is no JSON is in nobody's way")
    func migrated() async throws {
        let state = try TemporaryState()
        let connection = try Connections.writer(state.folder + "/old.db")
        try Migrator(steps: Array(Migration.all.prefix(6)), now: 1).migrate(connection)
        let bodies = [Self.record(0, .token(name: "a", role: "user")), .sample(1), .sample(2)].map {
            (try? $0.canonicalBytes()).map { String(decoding: $0, as: UTF8.self) } ?? ""
        }
        try await connection.write { database in
            for (leaf, body) in (bodies + ["{broken \"subject\":"]).enumerated() {
                try database.execute(
                    sql: "INSERT INTO audit_record (leaf, id, time, actor_uid, operation, body) VALUES (?, 'x', 1, ?, 'y', ?)",
                    arguments: [leaf, leaf == 0 ? Int64(Caller.noID) : 1000, body])
            }
        }
        try Migrator(steps: Migration.all, now: 1).migrate(connection)
        try await connection.write { database in
            #expect(try SubjectSums.all(in: database).map { "\($0.tenant) \($0.records)" }.sorted() == ["token:a 1", "uid:1000 3"])
            #expect(try Int.fetchAll(database, sql: "SELECT leaf FROM audit_record WHERE actor_subject = 'token:a'") == [0])
            try database.execute(sql: "DELETE FROM audit_record WHERE leaf = 3")
        }
        try connection.close()
    }
}
