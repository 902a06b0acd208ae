import HoldfastCore
import HoldfastHTTP
import HoldfastInference

/// One answer being computed, from loading the model to its last token, cancelled as a whole when the client hangs up.
///
/// Events wait here for a slow reader: an answer is bounded by the context, and the engine's slot is free again sooner.
final class Generation: Sendable {
    let events: AsyncThrowingStream<GenerationEvent, any Error>
    private let task: Task<Void, Never>
    private let hangUp: HangUp
    private let registration: Int

    init(_ hangUp: HangUp, start: @escaping @Sendable () async throws -> GenerationStream) {
        let (events, source) = AsyncThrowingStream<GenerationEvent, any Error>.makeStream()
        let task = Task(executorPreference: hangUp.executor) {
            do {
                for try await event in try await start() { source.yield(event) }
                try Task.checkCancellation()
                source.finish()
            } catch {
                // The engine may say in words of its own that it was stopped.
                source.finish(throwing: Task.isCancelled ? CancellationError() : error)
            }
        }
        self.events = events
        self.task = task
        self.hangUp = hangUp
        registration = hangUp.register { task.cancel() }
    }

    /// Stops the engine's work, if it still works.
    func end() {
        task.cancel()
        hangUp.remove(registration)
    }
}
