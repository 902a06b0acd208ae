import NIOCore
import Synchronization

/// Tells running requests that their client has gone. One for each connection.
public final class HangUp: Sendable {
    private struct State {
        var closed = false
        var next = 0
        var handlers: [Int: @Sendable () -> Void] = [:]
    }

    private let state = Mutex(State())
    /// The connection's own thread, for work on its requests.
    public let executor: ConnectionExecutor

    init(closeFuture: EventLoopFuture<Void>) {
        executor = ConnectionExecutor(closeFuture.eventLoop)
        closeFuture.whenComplete { [self] _ in
            let handlers = state.withLock { state in
                state.closed = true
                return Array(state.handlers.values)
            }
            for handler in handlers { handler() }
        }
    }

    /// Runs `operation` and cancels it when the client hangs up.
    public func cancelling<Value: Sendable>(_ operation: @escaping @Sendable () async throws -> Value) async throws -> Value {
        try await withThrowingTaskGroup(of: Value.self) { group in
            let (closed, source) = AsyncStream<Void>.makeStream()
            let registration = register { source.finish() }
            defer {
                remove(registration)
                source.finish()
            }
            group.addTask {
                for await _ in closed {}
                throw CancellationError()
            }
            group.addTask { try await operation() }
            guard let value = try await group.next() else { throw CancellationError() }
            group.cancelAll()
            return value
        }
    }

    /// Calls `handler` when the client hangs up, at once when it already has.
    public func register(_ handler: @escaping @Sendable () -> Void) -> Int {
        let (number, closed) = state.withLock { state in
            state.next += 1
            if !state.closed { state.handlers[state.next] = handler }
            return (state.next, state.closed)
        }
        if closed { handler() }
        return number
    }

    public func remove(_ registration: Int) {
        state.withLock { $0.handlers[registration] = nil }
    }
}
