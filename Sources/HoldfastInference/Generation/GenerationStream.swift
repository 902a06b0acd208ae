/// The events of one answer, computed no faster than they are read by more than the connection's buffers. To be read once.
///
/// Cancelling the reading task, or dropping the stream and its iterator, ends the engine's work. An engine that fails ends this stream with
/// a ``HoldfastError``, and no other request's unless it died.
public struct GenerationStream: AsyncSequence, Sendable {
    public typealias Pull = () async throws -> GenerationEvent?
    private let makePull: @Sendable () -> Pull

    /// - Parameter makePull: called once, for the one reader; what it returns gives the next event, and nil after the last.
    public init(_ makePull: @escaping @Sendable () -> Pull) { self.makePull = makePull }

    public func makeAsyncIterator() -> AsyncIterator { AsyncIterator(pull: makePull()) }

    public struct AsyncIterator: AsyncIteratorProtocol {
        let pull: Pull

        /// - Throws: ``HoldfastError`` `engine_failed`, `engine_stalled`; `CancellationError`.
        public mutating func next() async throws -> GenerationEvent? { try await pull() }
    }
}

/// A whole answer, for callers that do not stream.
public struct GenerationAnswer: Sendable, Equatable {
    public var text: String
    public var finish: FinishReason
    public var usage: TokenUsage
    public var timings: GenerationTimings
}

extension GenerationStream {
    /// Reads to the end.
    /// - Throws: as the iterator does.
    public func collect() async throws -> GenerationAnswer? {
        var text = ""
        for try await event in self {
            switch event {
            case .delta(let more): text += more
            case .finished(let reason, let usage, let timings):
                return GenerationAnswer(text: text, finish: reason, usage: usage, timings: timings)
            }
        }
        return nil
    }
}
