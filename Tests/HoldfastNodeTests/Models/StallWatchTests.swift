import HoldfastCore
import Testing

@testable import HoldfastNode

@Suite("Work that shows no progress is cancelled")
struct StallWatchTests {
    @Test("work that ends is let be, and its error is its own")
    func ends() async throws {
        let watch = StallWatch(limit: .seconds(3600))
        try await watch.run {}
        struct Own: Error {}
        await #expect(throws: Own.self) { try await watch.run { throw Own() } }
    }

    @Test("work that hangs is cancelled with an error that says so")
    func hangs() async throws {
        let watch = StallWatch(limit: .milliseconds(40))
        let error = try await #require(throws: HoldfastError.self) {
            try await watch.run { try await Task.sleep(for: .seconds(3600)) }
        }
        #expect(error.code == .uploadIncomplete)
    }

    @Test("work that goes on showing progress goes on, however long it takes")
    func progress() async throws {
        let watch = StallWatch(limit: .seconds(60))
        try await watch.run {
            for _ in 0..<1000 {
                watch.progressed()
                await Task.yield()
            }
        }
    }
}
