import HoldfastCore
import NIOCore
import NIOHTTP1

/// One request and its response on one connection.
struct Exchange: Sendable {
    let channel: any Channel
    private let handler: NIOLoopBound<ResponseHandler>
    private let response: EventLoopFuture<UnixHTTPResponse>
    private let socketPath: String

    /// On the channel's event loop, when it has connected.
    init(adoptingOnLoop channel: any Channel, socketPath: String, mapError: @escaping @Sendable (UnixHTTPFailure) -> HoldfastError) throws {
        let response = channel.eventLoop.makePromise(of: UnixHTTPResponse.self)
        let handler = ResponseHandler(response: response, socketPath: socketPath, mapError: mapError)
        try channel.pipeline.syncOperations.addHTTPClientHandlers(leftOverBytesStrategy: .dropBytes)
        try channel.pipeline.syncOperations.addHandler(handler)
        self.channel = channel
        self.handler = NIOLoopBound(handler, eventLoop: channel.eventLoop)
        self.response = response.futureResult
        self.socketPath = socketPath
    }

    func send(head: HTTPRequestHead, body: UnixHTTPRequestBody, headTimeout: TimeAmount?) async throws -> UnixHTTPResponse {
        switch body {
        case .none: sendWhole(head, nil, headTimeout)
        case .bytes(let bytes): sendWhole(head, bytes, headTimeout)
        case .stream(let buffers, _): return try await sendStream(head, buffers, headTimeout)
        }
        return try await response.get()
    }

    private func sendWhole(_ head: HTTPRequestHead, _ bytes: ByteBuffer?, _ headTimeout: TimeAmount?) {
        channel.write(HTTPClientRequestPart.head(head), promise: nil)
        if let bytes, bytes.readableBytes > 0 { channel.write(HTTPClientRequestPart.body(.byteBuffer(bytes)), promise: nil) }
        finish(headTimeout)
    }

    /// The sending ends early when the response is an error: its sender does not read the rest.
    private func sendStream(
        _ head: HTTPRequestHead, _ buffers: any AsyncSequence<ByteBuffer, any Error> & Sendable, _ headTimeout: TimeAmount?
    ) async throws -> UnixHTTPResponse {
        try await withThrowingTaskGroup(of: UnixHTTPResponse?.self) { group in
            group.addTask {
                try await write(head, buffers)
                finish(headTimeout)
                return nil
            }
            group.addTask { try await response.get() }
            do {
                while let result = try await group.next() {
                    guard let answer = result else { continue }
                    if answer.status.code >= 300 {
                        group.cancelAll()
                    } else {
                        _ = try await group.next()
                    }
                    return answer
                }
            } catch {
                // The other end may have answered and closed while we wrote: then its answer says more than our broken pipe.
                channel.close(mode: .all, promise: nil)
                if error is UnixHTTPFailure || error is ChannelError || error is IOError { return try await response.get() }
                throw error
            }
            throw UnixHTTPFailure(.closed, socketPath)
        }
    }

    private func write(_ head: HTTPRequestHead, _ buffers: any AsyncSequence<ByteBuffer, any Error> & Sendable) async throws {
        // Two writes are under way at most: one in the kernel while the next is read.
        var previous = startWrite(.head(head))
        for try await buffer in buffers {
            let current = startWrite(.body(.byteBuffer(buffer)))
            try await completion(previous)
            previous = current
        }
        try await completion(previous)
    }

    private func startWrite(_ part: HTTPClientRequestPart) -> EventLoopPromise<Void> {
        let written = channel.eventLoop.makePromise(of: Void.self)
        channel.writeAndFlush(part, promise: written)
        return written
    }

    /// Waits, and stops waiting when cancelled: a reader that has answered with an error may never take the rest.
    private func completion(_ written: EventLoopPromise<Void>) async throws {
        try await withTaskCancellationHandler {
            try await written.futureResult.get()
        } onCancel: {
            written.fail(CancellationError())
        }
    }

    private func finish(_ headTimeout: TimeAmount?) {
        channel.writeAndFlush(HTTPClientRequestPart.end(nil), promise: nil)
        guard let headTimeout else { return }
        channel.eventLoop.execute { handler.value.startHeadDeadline(headTimeout) }
    }
}
