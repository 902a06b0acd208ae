import Synchronization

/// A loaded engine in the hands of one request: it is neither evicted nor does its time run out until the use is over, which is when the answer is
/// complete or this value is gone.
public final class EngineUse: Sendable {
    public let engine: any Engine
    /// How long the request waited until the model was loaded.
    public let loadWait: Duration
    private let terms: RequestTerms
    private let onEnd: @Sendable (_ answered: Bool) -> Void
    private let isOver = Mutex(false)

    init(_ engine: any Engine, _ terms: RequestTerms, loadWait: Duration, onEnd: @escaping @Sendable (_ answered: Bool) -> Void) {
        self.engine = engine
        self.terms = terms
        self.loadWait = loadWait
        self.onEnd = onEnd
    }

    deinit { end() }

    /// Asks the model. The stream holds on to this use.
    /// - Throws: as ``Engine/generate(_:for:)``.
    public func generate(_ request: GenerationRequest) async throws -> GenerationStream {
        let stream = try await engine.generate(request, for: terms)
        return GenerationStream { [self] in
            var events = stream.makeAsyncIterator()
            return {
                guard let event = try await events.next() else { return nil }
                guard case .finished(let reason, let usage, var timings) = event else { return event }
                timings.load = self.loadWait
                self.end(answered: true)
                return .finished(reason, usage, timings)
            }
        }
    }

    /// - Parameter answered: the engine has shown that it works.
    public func end(answered: Bool = false) {
        let first = isOver.withLock { isOver in
            defer { isOver = true }
            return !isOver
        }
        if first { onEnd(answered) }
    }
}
