import Foundation
import GRDB
import HoldfastCore
import Testing

@testable import HoldfastStore

@Suite struct ReserveTests {
    private let state = try! TemporaryState()

    private func open() throws -> NodeStore {
        try NodeStore.open(StoreOptions(stateDirectory: state.path, auditReserveBytes: 1 << 20, now: { 1_700_000_000_000 }))
    }

    private func pages(_ store: NodeStore, more: Int) async throws {
        let count = try await store.connection.read { try Int.fetchOne($0, sql: "PRAGMA page_count") ?? 0 }
        try await store.connection.writeWithoutTransaction { try $0.execute(sql: "PRAGMA max_page_count = \(count + more)") }
    }

    @Test func aFullDiskGivesUpTheReserveAndOnlyWhatIsEssentialGoesOn() async throws {
        let store = try open()
        #expect(store.hasReserve)
        #expect(try FileManager.default.attributesOfItem(atPath: state.path + "/reserve")[.size] as? Int == 1 << 20)
        try await store.commit { transaction in for number in 0..<600 { _ = try transaction.append(.sample(number)) } }
        try await pages(store, more: 2)
        let full = await code {
            try await store.commit { transaction in for number in 0..<600 { _ = try transaction.append(.sample(number)) } }
        }
        #expect(full == .diskFull)
        #expect(!store.hasReserve && store.shortage?.code == .auditUnavailable && store.failure == nil)
        #expect(!FileManager.default.fileExists(atPath: state.path + "/reserve"))
        try await pages(store, more: 100)
        #expect(await code { try await store.commit { _ = try $0.append(.sample(1)) } } == .auditUnavailable)
        try await store.commit(essential: true) { _ = try $0.append(.sample(2)) }
        // Reading, removing and signing go on.
        #expect(try await store.audit.records(matching: AuditFilter(), limit: 1).count == 1)
        #expect(try await store.remove(try #require(try await store.plan(oldest: 256)), because: .approved) == 256)
        #expect(store.rebuildReserve())
        #expect(store.hasReserve && store.shortage == nil && !store.rebuildReserve())
        try await store.commit { _ = try $0.append(.sample(3)) }
        await store.close()
        #expect(try await state.verify().holds)
    }

    @Test func aReserveThatIsNoLongerWantedGoes() async throws {
        await (try open()).close()
        await (try state.open()).close()
        #expect(!FileManager.default.fileExists(atPath: state.path + "/reserve"))
    }
}
