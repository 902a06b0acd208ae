import HoldfastCore
import Synchronization

/// What of the log others may see: never ahead of the disk. Those who wait for records wait here.
final class LogStatus: Sendable {
    private struct State {
        var size: Int64
        var checkpoint: Checkpoint
        var key: NoteVerifierKey
        var minimumIndex: Int64
        var sweptIndex: Int64 = 0
        var nextWaiter = 0
        var waiters: [Int: (size: Int64, continuation: CheckedContinuation<Int64, any Error>)] = [:]
        var isClosed = false
    }

    private let state: Mutex<State>

    init(size: Int, checkpoint: Checkpoint, key: NoteVerifierKey, minimumIndex: Int) {
        state = Mutex(State(size: Int64(size), checkpoint: checkpoint, key: key, minimumIndex: Int64(minimumIndex)))
    }

    var size: Int64 { state.withLock { $0.size } }
    /// What checks the newest checkpoint.
    var key: NoteVerifierKey { state.withLock { $0.key } }
    var checkpoint: Checkpoint { state.withLock { $0.checkpoint } }

    /// Entries before it may be gone.
    var minimumIndex: Int64 { state.withLock { $0.minimumIndex } }
    /// Entries before it are known to be gone.
    var sweptIndex: Int64 { state.withLock { $0.sweptIndex } }

    func raise(minimumIndex: Int64) { state.withLock { $0.minimumIndex = max($0.minimumIndex, minimumIndex) } }
    func swept(to index: Int64) { state.withLock { $0.sweptIndex = max($0.sweptIndex, index) } }

    func publish(size: Int, checkpoint: Checkpoint, key: NoteVerifierKey) {
        let size = Int64(size)
        let ready = state.withLock { state in
            state.size = size
            state.checkpoint = checkpoint
            state.key = key
            let ready = state.waiters.filter { $0.value.size < size }
            for number in ready.keys { state.waiters[number] = nil }
            return ready.values.map(\.continuation)
        }
        for continuation in ready { continuation.resume(returning: size) }
    }

    /// - Returns: the size, once it is above `size`.
    /// - Throws: `CancellationError`, or ``HoldfastError`` `shutting_down` when the store is closed.
    func wait(above size: Int64) async throws -> Int64 {
        let number = state.withLock { state in
            state.nextWaiter += 1
            return state.nextWaiter
        }
        return try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                let answer: Result<Int64, any Error>? = state.withLock { state in
                    if state.size > size { return .success(state.size) }
                    // A cancellation before this point found nobody to wake.
                    if Task.isCancelled { return .failure(CancellationError()) }
                    if state.isClosed { return .failure(Self.closed) }
                    state.waiters[number] = (size, continuation)
                    return nil
                }
                if let answer { continuation.resume(with: answer) }
            }
        } onCancel: {
            let waiter = state.withLock { $0.waiters.removeValue(forKey: number) }
            waiter?.continuation.resume(throwing: CancellationError())
        }
    }

    func close() {
        let waiters = state.withLock { state in
            state.isClosed = true
            defer { state.waiters = [:] }
            return state.waiters.values.map(\.continuation)
        }
        for continuation in waiters { continuation.resume(throwing: Self.closed) }
    }

    private static var closed: HoldfastError { HoldfastError(.shuttingDown, "The node is stopping.") }
}
