import HoldfastCore
import Testing

@testable import HoldfastStore

@Suite struct PruneRequestTests {
    private let state = try! TemporaryState()
    private static let start: Int64 = 1_700_000_000_000

    private func request(_ id: String, created: Int64 = start) -> PruneRequest {
        PruneRequest(id: id, before: Self.start, range: 0..<256, requester: 7, created: created)
    }

    @Test(
        arguments: [
            (0, true), (1, true), (86_400_000, true), (86_400_001, false), (-1, false), (400 * 86_400_000, false), (-start, false),
        ] as [(Int64, Bool)])
    func aRequestIsOpenForADayWhateverTheClockDoes(_ after: Int64, _ isOpen: Bool) async throws {
        let store = try state.open()
        try await store.commit { try $0.addPruneRequest(request("a")) }
        await store.close()
        let later = try state.open(now: Self.start + after)
        let found = await code { _ = try await later.pruneRequest("a", now: Self.start + after) }
        let taken = await code { try await later.commit { _ = try $0.takePruneRequest("a") } }
        #expect(found == (isOpen ? nil : .recordNotFound) && taken == found)
        #expect(await code { try await later.commit { _ = try $0.takePruneRequest("a") } } == .recordNotFound)
        await later.close()
    }

    @Test func aFailedApprovalLeavesTheRequest() async throws {
        let store = try state.open()
        try await store.commit { try $0.addPruneRequest(request("a")) }
        let failed = await code {
            try await store.commit { transaction in
                _ = try transaction.takePruneRequest("a")
                // Nothing was ever logged here, so there is no such range.
                try transaction.recordGap(RemovalPlan(range: 256..<512, root: .emptyRoot), because: .approved)
            }
        }
        #expect(failed == .invalidRequest)
        #expect(try await store.pruneRequest("a", now: Self.start).requester == 7)
        await store.close()
    }
}
