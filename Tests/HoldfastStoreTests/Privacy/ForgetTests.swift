import Foundation
import GRDB
import HoldfastCore
import HoldfastCrypto
import HoldfastTestSupport
import Testing

@testable import HoldfastStore

@Suite struct ForgetTests {
    private let state = try! TemporaryState()

    /// What a person's requests left, as it stands in the files.
    private struct Written {
        var salts: [[UInt8]] = []
        /// Pieces of captured files: from the beginning, the middle and the end of each.
        var pieces: [[UInt8]] = []
        var ids: [String] = []
        var all: [[UInt8]] { salts + pieces }
    }

    /// Requests of several people in turn, committed a few at a time, with captured content of all sizes.
    private func write(_ store: NodeStore, _ requests: Int, from first: Int = 0) async throws -> [UInt32: Written] {
        var written: [UInt32: Written] = [:]
        for start in stride(from: first, to: first + requests, by: 7) {
            var batch: [(AuditRecord, [UInt8], [UInt8])] = []
            for number in start..<min(start + 7, first + requests) {
                let uid = UInt32(1000 + number % 3)
                var record = AuditRecord.sample(number, .intent, operation: "inference.chat", uid: uid)
                record.content = AuditContent(prompt: "hmac", recipients: "officer")
                let file = try SecureRandom.bytes([300, 900, 4200, 70_000][number % 50 == 0 ? 3 : number % 3])
                let salt = try SecureRandom.bytes(32)
                batch.append((record, salt, file))
                written[uid, default: Written()].salts.append(salt)
                written[uid]?.ids.append(record.id)
                for offset in [0, file.count / 2 - 24, file.count - 48] { written[uid]?.pieces.append(Array(file[offset..<offset + 48])) }
            }
            let due = batch
            try await store.commit { transaction in
                for (record, salt, file) in due {
                    try transaction.append(
                        record, salt: salt, capturing: CapturedContent(.prompt, file: file), budget: .max,
                        shortage: .refuse(.auditUnavailable))
                    var outcome = record
                    outcome.phase = .outcome
                    outcome.outcome = AuditOutcome(.ok)
                    outcome.content = AuditContent(answer: "hmac")
                    try transaction.append(outcome)
                }
            }
        }
        return written
    }

    private func forgetRecord(_ scope: ErasureScope, _ held: HeldContent) -> AuditRecord {
        var record = AuditRecord.sample(Int.random(in: 1_000_000...2_000_000), operation: "audit.forget")
        record.resource = scope.resource
        record.parameters = ["requests": held.requests, "files": held.files, "past": held.past]
        return record
    }

    @discardableResult private func forget(_ scope: ErasureScope, _ store: NodeStore) async throws -> HeldContent {
        let held = try await store.heldContent(of: scope)
        let (erasure, _) = try await store.forget(scope, before: held.past, record: forgetRecord(scope, held))
        #expect(try await store.erase(erasure))
        try await store.finish(erasure)
        return held
    }

    /// Fails when `secure_delete` is off or the log is not emptied.
    @Test func nothingOfAPersonIsLeftInAnyFileAndAllOfTheOthersIs() async throws {
        let store = try state.open()
        let written = try await write(store, 900)
        let (gone, kept) = try (#require(written[1001]), #require(written[1000]))
        try await store.checkpoint()
        var files = try StateFiles(state.path)
        #expect(files.count(of: gone.all) == gone.all.count, "what is looked for would be found")
        #expect(files.names.contains("holdfast.db-wal") && files.names.contains("holdfast.db-shm"))

        let held = try await forget(.uid(1001), store)
        #expect(held == HeldContent(requests: 300, files: 300, past: 1800))
        files = try StateFiles(state.path)
        #expect(files.count(of: gone.all) == 0)
        #expect(files.count(of: kept.all) == kept.all.count)
        #expect(try await store.heldContent(of: .uid(1001)).requests == 0)
        #expect(try await store.capturedUsage().files == 600)
        #expect(try await store.erasuresUnderWay().isEmpty)

        // The log says so, and is as whole as it was.
        let record = try #require(try await store.audit.records(matching: AuditFilter(id: gone.ids[5]), limit: 2).last)
        let contentState = try #require(try await store.audit.contentState(of: record))
        #expect(!contentState.hasSalt && contentState.captured.isEmpty && contentState.erasure?.index == 1800)
        let other = try #require(try await store.audit.records(matching: AuditFilter(id: kept.ids[5]), limit: 2).last)
        #expect(try await store.audit.contentState(of: other) == ContentState(hasSalt: true, captured: [.prompt], erasure: nil))
        try await store.checkpoint()
        #expect(try await state.verify().holds)
        await store.close()
    }

    /// Copies of the database that recovery makes, and the file that the next run opens.
    @Test func copiesHoldNothingEither() async throws {
        let store = try state.open()
        let written = try await write(store, 300)
        let gone = try #require(written[1002])
        try await forget(.uid(1002), store)
        let failed = await code {
            try await store.commit { _ in throw DatabaseError(resultCode: .SQLITE_IOERR_FSYNC, message: "injected") }
        }
        #expect(failed == .auditUnavailable)
        #expect(try await store.recover())
        #expect(try StateFiles(state.path).count(of: gone.all) == 0)
        let plan = try #require(try await store.plan(oldest: 256))
        try await store.remove(plan, because: .budget)
        #expect(try StateFiles(state.path).count(of: gone.all) == 0)
        await store.close()
        let again = try state.open()
        #expect(try StateFiles(state.path).count(of: gone.all) == 0)
        await again.close()
        #expect(try await state.verify().holds)
    }

    /// Entries that go take the content with them.
    @Test func prunedEntriesLeaveNoContent() async throws {
        let store = try state.open()
        let written = try await write(store, 256)
        try await store.checkpoint()
        try await store.remove(try #require(try await store.plan(oldest: 256)), because: .retention)
        let files = try StateFiles(state.path)
        let pruned = written.values.flatMap { person in zip(person.ids, person.salts).filter { Int($0.0.dropFirst(8))! < 128 }.map(\.1) }
        #expect(pruned.count == 128 && files.count(of: pruned) == 0)
        #expect(try await store.capturedUsage().files == 128)
        await store.close()
    }

    @Test func oneRequestAtATimeThroughManyRounds() async throws {
        let store = try state.open()
        let written = try await write(store, 120)
        let person = try #require(written[1000])
        for (number, id) in person.ids.enumerated() where number.isMultiple(of: 2) {
            let held = try await forget(.request(id), store)
            #expect(held.requests == 1 && held.files == 1)
        }
        let files = try StateFiles(state.path)
        for (number, salt) in person.salts.enumerated() {
            #expect(files.holds(salt) != number.isMultiple(of: 2))
        }
        await store.close()
    }

    /// A reader keeps the log from being emptied; nobody is told that it was.
    @Test func aReaderIsWaitedFor() async throws {
        let store = try state.open()
        let written = try await write(store, 30)
        let gone = try #require(written[1001])
        // As a long `holdfast audit verify` of another process.
        var configuration = Configuration()
        configuration.allowsUnsafeTransactions = true
        let reader = try DatabaseQueue(path: state.database, configuration: configuration)
        try await reader.writeWithoutTransaction { try $0.execute(sql: "BEGIN; SELECT count(*) FROM audit_salt") }
        let held = try await store.heldContent(of: .uid(1001))
        let (erasure, _) = try await store.forget(.uid(1001), before: held.past, record: forgetRecord(.uid(1001), held))
        #expect(try await store.erase(erasure) == false)
        #expect(try await store.erasuresUnderWay() == [erasure])
        try await reader.writeWithoutTransaction { try $0.execute(sql: "COMMIT") }
        #expect(try await store.erase(erasure))
        #expect(try StateFiles(state.path).count(of: gone.all) == 0)
        try reader.close()
        await store.close()
    }

    /// Killed after the record and before the erasing: the next run has it to do, and does it.
    @Test func whatAKillLeftIsDoneByTheNextRun() async throws {
        let store = try state.open()
        let written = try await write(store, 90)
        let gone = try #require(written[1000])
        let held = try await store.heldContent(of: .uid(1000))
        let (erasure, _) = try await store.forget(.uid(1000), before: held.past, record: forgetRecord(.uid(1000), held))
        let copy = try TemporaryState()
        try FileManager.default.copyItem(atPath: state.path, toPath: copy.path)
        await store.close()
        #expect(try StateFiles(copy.path).count(of: gone.all) > 0)
        let next = try copy.open()
        #expect(try await next.erasuresUnderWay() == [erasure])
        #expect(try await next.erase(erasure))
        try await next.finish(erasure)
        #expect(try StateFiles(copy.path).count(of: gone.all) == 0)
        await next.close()
        #expect(try await copy.verify().holds)
    }

    /// A request that was under way when it was forgotten keeps nothing of its answer.
    @Test func anAnswerThatComesAfterTheForgettingIsNotCaptured() async throws {
        let store = try state.open()
        var intent = AuditRecord.sample(1, .intent, operation: "inference.chat", uid: 1000)
        intent.content = AuditContent(prompt: "hmac")
        let begun = intent
        try await store.commit { _ = try $0.append(begun, salt: [UInt8](repeating: 9, count: 32)) }
        try await forget(.uid(1000), store)
        var outcome = intent
        outcome.phase = .outcome
        outcome.outcome = AuditOutcome(.ok)
        outcome.content = AuditContent(answer: "hmac")
        let ended = outcome
        let kept = try await store.commit {
            try $0.append(ended, capturing: CapturedContent(.answer, file: [1, 2, 3]), budget: .max, shortage: .refuse(.auditUnavailable))
        }
        #expect(kept == .forgotten)
        #expect(try await store.capturedUsage().files == 0)
        let stored = try #require(try await store.audit.records(matching: AuditFilter(id: begun.id), limit: 2).first)
        #expect(
            stored.record.outcome?.result == .ok && stored.record.parameters["uncaptured"] == 1 && stored.record.content?.captured == nil)
        #expect(try await store.audit.contentState(of: stored)?.erasure != nil)
        await store.close()
    }

    @Test func namedSubjectsAreTheirOwn() async throws {
        let store = try state.open()
        for (number, subject) in [NamedSubject.token(name: "kiosk", role: "user"), .app("till"), .token(name: "other", role: "user")]
            .enumerated()
        {
            var record = AuditRecord.sample(number, operation: "inference.chat")
            record.actor = AuditActor(Caller(subject, socket: .api))
            record.content = AuditContent(prompt: "hmac")
            let due = record
            try await store.commit { _ = try $0.append(due, salt: [UInt8](repeating: UInt8(number), count: 32)) }
        }
        #expect(try await forget(.subject("token:kiosk"), store).requests == 1)
        #expect(try await store.audit.salt(ofRequest: "request-0") == nil)
        #expect(try await forget(.subject("app:till"), store).requests == 1)
        #expect(try await store.audit.salt(ofRequest: "request-2") != nil)
        await store.close()
    }
}
