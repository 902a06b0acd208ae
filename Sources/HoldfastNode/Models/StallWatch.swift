import HoldfastCore
import Synchronization

/// Cancels work that shows no progress for a while.
final class StallWatch: Sendable {
    private let limit: Duration
    private let last: Mutex<ContinuousClock.Instant>

    init(limit: Duration) {
        self.limit = limit
        last = Mutex(.now)
    }

    func progressed() {
        last.withLock { $0 = .now }
    }

    /// - Throws: ``HoldfastError`` `upload_incomplete` when nothing came for `limit`.
    func run(_ work: @escaping @Sendable () async throws -> Void) async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { [self] in
                while ContinuousClock.now - last.withLock({ $0 }) < limit { try await Task.sleep(for: limit / 8) }
                throw HoldfastError(
                    .uploadIncomplete, "Nothing more arrived for \(limit.components.seconds) seconds.",
                    hint: "holdfast model add FILE --name NAME")
            }
            group.addTask { try await work() }
            defer { group.cancelAll() }
            try await group.next()
        }
    }
}
