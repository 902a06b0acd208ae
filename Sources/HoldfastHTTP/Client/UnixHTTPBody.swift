import HoldfastCore
public import NIOCore

/// The body of a response, as it comes off the connection: what is not asked for stays in the kernel, and the sender waits.
///
/// It ends when the response is complete; a connection that ends before throws. Dropping the sequence, or cancelling the task that reads
/// it, closes the connection.
public struct UnixHTTPBody: AsyncSequence, Sendable {
    typealias Producer = NIOThrowingAsyncSequenceProducer<ByteBuffer, any Error, BodyBackPressure, BodyDelegate>

    let producer: Producer
    let socketPath: String
    let mapError: @Sendable (UnixHTTPFailure) -> HoldfastError

    public func makeAsyncIterator() -> AsyncIterator {
        AsyncIterator(base: producer.makeAsyncIterator(), mapError: mapError)
    }

    public struct AsyncIterator: AsyncIteratorProtocol {
        let base: Producer.AsyncIterator
        let mapError: @Sendable (UnixHTTPFailure) -> HoldfastError

        /// - Throws: `CancellationError`; what the client's owner makes of a ``UnixHTTPFailure``.
        public mutating func next() async throws -> ByteBuffer? {
            do {
                if let buffer = try await base.next() { return buffer }
                // The producer ends in silence when its reader is cancelled, which must not look like a complete body.
                try Task.checkCancellation()
                return nil
            } catch let failure as UnixHTTPFailure {
                throw mapError(failure)
            }
        }
    }
}

/// Stops reading at eight buffers (at most 512 KiB) and starts again at two.
struct BodyBackPressure: NIOAsyncSequenceProducerBackPressureStrategy {
    mutating func didYield(bufferDepth: Int) -> Bool { bufferDepth < 8 }
    mutating func didConsume(bufferDepth: Int) -> Bool { bufferDepth <= 2 }
}

/// Tells the connection that the reader wants more, or is gone.
struct BodyDelegate: NIOAsyncSequenceProducerDelegate {
    let channel: any Channel
    let resume: @Sendable () -> Void

    func produceMore() { resume() }
    func didTerminate() { channel.close(mode: .all, promise: nil) }
}
