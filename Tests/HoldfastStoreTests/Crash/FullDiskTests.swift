import Foundation
import Glibc
import HoldfastCore
import HoldfastTestSupport
import Synchronization
import Testing

@testable import HoldfastStore

/// A file system of eight MiB that is really full. Where mounting is not allowed the test says so and is skipped.
@Suite(.serialized) struct FullDiskTests {
    private static let reserve: Int64 = 1 << 20

    @Test(.enabled(if: SmallDisk.isPossible, "mounting a tmpfs needs root and CAP_SYS_ADMIN"))
    func aFullDiskRefusesLosesNothingAndRecovers() async throws {
        let mount = try SmallDisk()
        let state = try CrashState(in: mount.path)
        var acknowledged: [Int64: [UInt8]] = [:]
        let store = try state.open(auditReserve: Self.reserve)
        var codes: Set<HoldfastError.Code> = []
        var refusals = 0
        for number in 0..<5000 where refusals < 50 {
            guard let code = await append(store, number, &acknowledged) else { continue }
            codes.insert(code)
            refusals += 1
        }
        #expect(refusals == 50 && codes.isSubset(of: [.diskFull, .auditUnavailable]), "\(codes)")
        #expect(acknowledged.count > 100)
        // The reserve records the refusals themselves; reading and status go on.
        #expect(await append(store, 6000, &acknowledged, length: 100, essential: true) == nil)
        try await expect(acknowledged, in: store)
        #expect(try store.status().failure == nil)
        // The process ends on the full disk, and starts on it.
        await store.close()
        let again = try state.open(auditReserve: Self.reserve)
        #expect(await append(again, 6001, &acknowledged, length: 100, essential: true) == nil)
        try await expect(acknowledged, in: again)
        await again.close()
        try mount.grow(to: "32m")
        let last = try state.open(auditReserve: Self.reserve)
        for number in 9000..<9050 { #expect(await append(last, number, &acknowledged) == nil) }
        try await expect(acknowledged, in: last)
        await last.close()
        let report = try await AuditVerifier(stateDirectory: state.path).verify()
        #expect(report.holds && report.size == Int64(acknowledged.count))
        print("full disk of 8 MiB: \(acknowledged.count) records acknowledged, \(refusals) refused, none lost")
    }

    /// As after kill -9, and then others took what was left, to the last block.
    @Test(.enabled(if: SmallDisk.isPossible, "mounting a tmpfs needs root and CAP_SYS_ADMIN"), arguments: [0, reserve])
    func onAFullDiskTheStoreOpensToBeReadAndPruned(_ reserve: Int64) async throws {
        let mount = try SmallDisk()
        let (before, state) = (try CrashState(), try CrashState(in: mount.path))
        var acknowledged: [Int64: [UInt8]] = [:]
        let first = try before.open(auditReserve: reserve)
        first.writer.copying.interval.store(100, ordering: .relaxed)
        for number in 0..<600 { #expect(await append(first, number, &acknowledged, length: 1000) == nil) }
        try await first.checkpoint()
        let intent = try await first.commit { try $0.append(.sample(600, .intent)) }
        acknowledged[intent] = try await first.audit.record(at: intent)?.bytes
        let database = ["holdfast.db", "holdfast.db-wal", "holdfast.db-shm"]
        for name in database + ["checkpoint", "keys/audit.ed25519", "keys/audit.pub", "reserve", "lock"] {
            if let bytes = before.read(name) { try state.write(name, bytes) }
        }
        await first.close()
        try mount.fill()
        let store = try state.open(auditReserve: reserve)
        let kept = try await store.audit.records(matching: AuditFilter(), after: -1, limit: .max)
        #expect(acknowledged.allSatisfy { kept[Int($0.key)].bytes == $0.value })
        #expect(try store.status().failure == nil)
        #expect(try await AuditVerifier(stateDirectory: state.path).verify().holds)
        var codes: Set<HoldfastError.Code?> = []
        var more: [Int64: [UInt8]] = [:]
        for number in 700..<1200 { codes.insert(await append(store, number, &more)) }
        #expect(codes.contains(reserve > 0 ? .auditUnavailable : .diskFull), "\(codes)")
        if reserve > 0 {
            #expect(try await store.remove(try #require(try await store.plan(oldest: 1)), because: .approved) == 256)
        }
        try mount.empty()
        #expect(store.rebuildReserve() == (reserve > 0))
        #expect(await append(store, 1300, &more) == nil)
        let outcome = try await store.audit.records(matching: AuditFilter(id: "request-600"), after: -1, limit: .max).last
        #expect(outcome?.record.phase == .outcome && outcome?.record.outcome?.result == .interrupted)
        await store.close()
        #expect(try await AuditVerifier(stateDirectory: state.path).verify().holds)
    }

    /// Who asks to be forgotten does not wait for a bigger disk.
    @Test(.enabled(if: SmallDisk.isPossible, "mounting a tmpfs needs root and CAP_SYS_ADMIN"))
    func onAFullDiskAPersonIsForgotten() async throws {
        let mount = try SmallDisk()
        let state = try CrashState(in: mount.path)
        let store = try state.open(auditReserve: Self.reserve)
        let salts = (0..<500).map { number in (0..<32).map { UInt8(truncatingIfNeeded: number * 31 + $0 * 7 + number / 256) } }
        for (number, salt) in salts.enumerated() {
            var record = AuditRecord.sample(number, uid: 1001)
            record.content = AuditContent(prompt: "hmac")
            let due = record
            try await store.commit { _ = try $0.append(due, salt: salt) }
        }
        try mount.fill()
        var others: [Int64: [UInt8]] = [:]
        var refused = 0
        for number in 1000..<5000 where refused < 3 { refused += await append(store, number, &others) == nil ? 0 : 1 }
        #expect(store.shortage != nil)
        var record = AuditRecord.sample(6000, operation: "audit.forget")
        record.resource = ErasureScope.uid(1001).resource
        record.parameters = ["past": store.audit.size]
        let (erasure, _) = try await store.forget(.uid(1001), before: store.audit.size, record: record)
        #expect(try await store.erase(erasure))
        try await store.finish(erasure)
        #expect(try StateFiles(state.path).count(of: salts) == 0)
        await store.close()
        #expect(try await AuditVerifier(stateDirectory: state.path).verify().holds)
    }

    private func append(
        _ store: NodeStore, _ number: Int, _ acknowledged: inout [Int64: [UInt8]], length: Int = 8000, essential: Bool = false
    ) async -> HoldfastError.Code? {
        var record = AuditRecord.sample(number)
        record.actor.rule = String(repeating: "r", count: length)
        let finished = record
        do {
            let index = try await store.commit(essential: essential) { try $0.append(finished) }
            acknowledged[index] = try await store.audit.record(at: index)?.bytes
            return nil
        } catch { return (error as? HoldfastError)?.code ?? .internalError }
    }

    private func expect(_ acknowledged: [Int64: [UInt8]], in store: NodeStore) async throws {
        let records = try await store.audit.records(matching: AuditFilter(), after: -1, limit: .max)
        #expect(records.count == acknowledged.count)
        #expect(records.allSatisfy { acknowledged[$0.index] == $0.bytes })
    }
}
