import Synchronization

/// A result that comes once and that any number of tasks wait for.
final class SharedResult<Value: Sendable>: Sendable {
    private struct State {
        var result: Result<Value, any Error>?
        var waiters: [Int: CheckedContinuation<Value, any Error>] = [:]
        var nextWaiter = 0
    }
    private let state = Mutex(State())

    var result: Result<Value, any Error>? { state.withLock { $0.result } }

    /// - Returns: false when there was a result already, which stays.
    @discardableResult
    func complete(_ result: Result<Value, any Error>) -> Bool {
        let waiters: [CheckedContinuation<Value, any Error>]? = state.withLock { state in
            guard state.result == nil else { return nil }
            state.result = result
            defer { state.waiters = [:] }
            return Array(state.waiters.values)
        }
        guard let waiters else { return false }
        for waiter in waiters { waiter.resume(with: result) }
        return true
    }

    /// Waits whether or not the task is cancelled.
    func value() async throws -> Value {
        try await withCheckedThrowingContinuation { wait(as: nil, $0) }
    }

    /// Stops waiting when the task is cancelled; the result may still come to others.
    /// - Throws: `CancellationError`, or the result's error.
    func valueOrCancellation() async throws -> Value {
        let number = state.withLock { state in
            state.nextWaiter += 1
            return state.nextWaiter
        }
        return try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                wait(as: number, continuation)
                // Cancelled before the continuation was in place: the handler found nothing to end.
                if Task.isCancelled { abandon(number) }
            }
        } onCancel: {
            abandon(number)
        }
    }

    private func wait(as number: Int?, _ continuation: CheckedContinuation<Value, any Error>) {
        let ready: Result<Value, any Error>? = state.withLock { state in
            if let result = state.result { return result }
            if number == nil { state.nextWaiter += 1 }
            state.waiters[number ?? state.nextWaiter] = continuation
            return nil
        }
        if let ready { continuation.resume(with: ready) }
    }

    private func abandon(_ number: Int) {
        state.withLock { $0.waiters.removeValue(forKey: number) }?.resume(throwing: CancellationError())
    }
}
