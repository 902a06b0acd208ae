import Dispatch
import Glibc
import Synchronization

/// What Ctrl-C does at the moment. One place, so that the session decides and not the signal's default.
final class Interrupts: Sendable {
    private let handler = Mutex<(@Sendable () -> Void)?>(nil)

    /// Takes SIGINT, from now until the returned source is cancelled or gone.
    func listen() -> any DispatchSourceSignal {
        signal(SIGINT, SIG_IGN)
        let signals = DispatchSource.makeSignalSource(signal: SIGINT, queue: .global())
        signals.setEventHandler { self.fire() }
        signals.resume()
        return signals
    }

    /// Runs `body`; a Ctrl-C meanwhile runs `action`.
    func handling<Value: Sendable>(
        by action: @escaping @Sendable () -> Void, _ body: () async throws -> Value
    ) async rethrows -> Value {
        handler.withLock { $0 = action }
        defer { handler.withLock { $0 = nil } }
        return try await body()
    }

    /// What a SIGINT does.
    func fire() {
        let action = handler.withLock { $0 }
        action?()
    }
}
