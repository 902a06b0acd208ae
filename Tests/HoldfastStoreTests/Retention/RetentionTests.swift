import Foundation
import GRDB
import HoldfastCore
import Testing

@testable import HoldfastStore

@Suite struct RetentionTests {
    private let state = try! TemporaryState()
    private static let start: Int64 = 1_700_000_000_000

    /// `count` records a second apart, then what `body` does.
    private func log(_ count: Int, _ body: (NodeStore) async throws -> Void) async throws {
        let store = try state.open()
        try await store.commit { transaction in
            for number in 0..<count { _ = try transaction.append(.sample(number), salt: [UInt8](repeating: 7, count: 32)) }
        }
        try await store.checkpoint()
        try await body(store)
        await store.close()
    }

    @Test(arguments: [1, 256, 511, 512, 700, 3000])
    func entriesGoAndEverythingElseIsStillProved(_ oldest: Int64) async throws {
        try await log(4000) { store in
            let root = store.audit.lastCheckpoint().root
            let plan = try #require(try await store.plan(oldest: oldest))
            // Rounded up to whole bundles.
            #expect(plan.range == 0..<(oldest + 255) / 256 * 256)
            #expect(try await store.remove(plan, because: .budget) == plan.range.upperBound)
            #expect(store.audit.minimumIndex == plan.range.upperBound)
            #expect(try await store.audit.record(at: 0) == nil)
            #expect(try await store.audit.record(at: plan.range.upperBound) != nil)
            let gap = try #require(try await store.audit.record(at: 4000)?.record)
            #expect(gap.operation == "audit.gap" && gap.outcome?.code == "budget" && gap.count == plan.range.upperBound)
            #expect(gap.resource?.digest?.bytes == plan.root.bytes)
            let report = try await state.verify()
            #expect(report.holds && report.removedRecords == plan.range.upperBound && report.minimumIndex == plan.range.upperBound)
            #expect(report.checkedRecords == 4001 - plan.range.upperBound)
            #expect(store.audit.lastCheckpoint().root != root)
        }
        #expect(try state.column("SELECT salt FROM audit_salt").count == 4000 - Int((oldest + 255) / 256 * 256))
        // And the log is taken up again, and can lose more.
        let again = try state.open()
        #expect(again.audit.minimumIndex == (oldest + 255) / 256 * 256)
        try await again.commit { _ = try $0.append(.sample(5000)) }
        await again.close()
        #expect(try await state.verify().holds)
    }

    @Test func removingAgainAndAgainKeepsTheGapRecords() async throws {
        try await log(2000) { store in
            for _ in 0..<5 {
                let plan = try #require(try await store.plan(oldest: 256))
                try await store.remove(plan, because: .approved)
            }
            #expect(store.audit.minimumIndex == 1280)
            // Beyond the first gap records themselves.
            try await store.commit { transaction in for number in 3000..<4000 { _ = try transaction.append(.sample(number)) } }
            try await store.checkpoint()
            try await store.remove(try #require(try await store.plan(oldest: 1000)), because: .budget)
            #expect(store.audit.minimumIndex == 2304)
            #expect(try await store.audit.records(matching: AuditFilter(operationPrefix: "audit.gap"), limit: 10).count == 6)
        }
        let report = try await state.verify()
        #expect(report.holds, "\(String(describing: report.firstProblem))")
        #expect(report.removedRecords == 2304 - 5)
    }

    @Test(arguments: [
        // A gap nobody wrote: entries deleted.
        ("DELETE FROM audit_record WHERE leaf = 600", 600, "missing"),
        ("DELETE FROM audit_record WHERE leaf = 512", 512, "missing"),
        // Gap records changed, moved, removed.
        ("UPDATE audit_record SET body = replace(body, '\"past\":512', '\"past\":768') WHERE operation = 'audit.gap'", 1000, "changed"),
        ("DELETE FROM audit_record WHERE operation = 'audit.gap'", 0, "missing"),
        ("UPDATE audit_record SET operation = 'audit.gab' WHERE operation = 'audit.gap'", 0, "missing"),
        // Tiles of what is gone.
        ("UPDATE tile SET hashes = zeroblob(8192) WHERE level = 0 AND position = 1", 256, "changed together"),
        ("DELETE FROM tile WHERE level = 0 AND position = 0", 0, "missing"),
        // An entry put back that is another.
        (
            "INSERT INTO audit_record SELECT 5, id, time, actor_uid, operation, model, digest, result, body, actor_subject FROM audit_record WHERE leaf = 800",
            5, "changed"
        ),
    ])
    func aForgedGapIsFound(_ sql: String, _ index: Int64, _ word: String) async throws {
        try await log(1000) { store in
            try await store.remove(try #require(try await store.plan(oldest: 512)), because: .budget)
        }
        #expect(try await state.verify().holds)
        try state.tamper(sql)
        let problem = try #require(try await state.verify().firstProblem)
        #expect(problem.index == index && problem.what.contains(word), "\(problem)")
    }

    @Test func anEntryThatIsPutBackAsItWasIsNoProblem() async throws {
        var row: [UInt8] = []
        try await log(1000) { store in
            row = try #require(try await store.audit.record(at: 5)).bytes
            try await store.remove(try #require(try await store.plan(oldest: 512)), because: .budget)
        }
        let text = String(decoding: row, as: UTF8.self).replacingOccurrences(of: "'", with: "''")
        try state.tamper(
            "INSERT INTO audit_record SELECT 5, 'request-5', 1700000000005, actor_uid, operation, model, digest, result, '\(text)', actor_subject FROM audit_record WHERE leaf = 800"
        )
        let report = try await state.verify()
        #expect(report.holds && report.removedRecords == 511)
    }

    @Test func aGapRecordThatWasNeverSignedIsNotTakenUp() async throws {
        try await log(1000) { _ in }
        // Somebody writes a perfect gap record after the newest checkpoint and deletes what it speaks of.
        let connection = try DatabaseQueue(path: state.database)
        let root = try await connection.read { try RemovalPlanner.root(of: 0..<256, in: $0) }
        let forged = try GapRecord(range: 0..<256, root: root, reason: .budget).record(at: Self.start).canonicalBytes()
        try await connection.write { database in
            try database.execute(
                sql: """
                    INSERT INTO audit_record (leaf, id, time, actor_uid, operation, result, body) VALUES (1000, 'x', 1, 0, 'audit.gap', 'ok', ?)
                    """, arguments: [String(decoding: forged, as: UTF8.self)])
            try database.execute(sql: "DELETE FROM audit_record WHERE leaf < 256")
        }
        try connection.close()
        #expect(try await state.verify().firstProblem?.index == 0)
        #expect(await code { _ = try state.open() } == .auditBroken)
    }

    @Test func openIntentsAndWhatIsNewStay() async throws {
        try await log(600) { store in
            try await store.commit { transaction in
                _ = try transaction.append(.sample(9000, .intent, operation: "models.add"))
                for number in 700..<1400 { _ = try transaction.append(.sample(number)) }
            }
            try await store.checkpoint()
            try await store.remove(try #require(try await store.plan(oldest: 10_000)), because: .budget)
            #expect(store.audit.minimumIndex == 1024)
            #expect(try await store.audit.record(at: 600)?.record.phase == .intent)
        }
        // The intent is closed at the next start by its own words.
        let again = try state.open()
        #expect(
            try await again.audit.records(matching: AuditFilter(id: "request-9000"), limit: 4).first?.record.outcome?.result == .interrupted
        )
        await again.close()
        #expect(try await state.verify().holds)
    }

    @Test func whatACrashLeftOfARemovalGoesLater() async throws {
        try await log(1000) { store in
            let plan = try #require(try await store.plan(oldest: 512))
            try await store.commit { try $0.recordGap(plan, because: .budget) }
        }
        #expect(try await state.verify().holds)
        let again = try state.open()
        #expect(try await again.sweep() == 512)
        #expect(try await again.sweep() == 0)
        await again.close()
        #expect(try await state.verify().removedRecords == 512)
    }

    @Test func spaceIsGivenBackAndSumsFollow() async throws {
        try await log(20_000) { store in
            let before = try await store.auditUsage()
            #expect(before.records == 20_000 && before.largest?.tenant == "uid:1000")
            try await store.remove(try #require(try await store.plan(oldest: 19_000)), because: .budget)
            let after = try await store.auditUsage()
            #expect(after.records == 20_001 - 19_200 && after.bytes < before.bytes / 4)
            #expect(try await store.connection.read { try Int.fetchOne($0, sql: "PRAGMA freelist_count") } == 0)
            #expect(try store.status().databaseBytes < before.bytes / 3)
            let sum = try await store.connection.read {
                try Int64.fetchOne($0, sql: "SELECT sum(length(CAST(body AS BLOB))) FROM audit_record")
            }
            #expect(after.recordBytes == sum)
        }
    }

    @Test func anAgeIsCutInWholeBundles() async throws {
        try await log(1000) { (store) async throws -> Void in
            let now = Self.start + 1_000_000
            #expect(try await store.plan(before: Self.start + 700, now: now)?.range == 0..<512)
            #expect(try await store.plan(before: Self.start + 255, now: now) == nil)
            #expect(try await store.plan(before: Self.start - 1, now: now) == nil)
            #expect(try await store.plan(before: now, now: now)?.range == 0..<768)
        }
    }

    /// Written while the clock was in the future: as old as what stands around it.
    @Test func futureRecordsDoNotHoldOthersBack() async throws {
        try await log(1000) { (store) async throws -> Void in
            for times in [Self.start + 1000, 4_102_444_800_000, Self.start + 2000] {
                try await store.commit { transaction in
                    for number in 0..<300 {
                        var record = AuditRecord.sample(number)
                        record.time = times
                        try transaction.append(record)
                    }
                    transaction.signs = true
                }
            }
            #expect(try await store.plan(before: Self.start + 1500, now: Self.start + 5000)?.range == 0..<1280)
            #expect(try await store.plan(before: Self.start + 3000, now: Self.start + 5000)?.range == 0..<1792)
        }
    }

    /// A clock without a battery: all that is there is from after now, and old for nobody.
    @Test func aClockIn1970MakesNothingOld() async throws {
        try await log(1000) { (store) async throws -> Void in
            let wanted = Self.start + 300
            #expect(try await store.advanceTrustedTime(now: 0, elapsed: nil) == 0)
            #expect(try await store.plan(before: -1, now: 0) == nil)
            #expect(try await store.plan(before: wanted, now: 0)?.range == 0..<256)
            _ = try await store.advanceTrustedTime(now: Self.start + 10_000, elapsed: 10_000)
            for now in [0, 1, wanted - 1] { #expect(try await store.plan(before: wanted, now: now)?.range == 0..<256) }
            // What is written meanwhile has that time, and makes what is before it no older.
            try await store.commit { transaction in
                for number in 0..<300 {
                    var record = AuditRecord.sample(number)
                    record.time = 0
                    try transaction.append(record)
                }
                transaction.signs = true
            }
            #expect(try await store.plan(before: wanted, now: 0)?.range == 0..<256)
        }
    }
}
