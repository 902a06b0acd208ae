public import NIOCore
public import NIOHTTP1

/// What is sent with a request.
public enum UnixHTTPRequestBody: Sendable {
    case none
    case bytes(ByteBuffer)
    /// Buffers sent as they come, each when the one before the last has been written. `length` in bytes; nil sends chunks.
    case stream(any AsyncSequence<ByteBuffer, any Error> & Sendable, length: Int64?)
}

/// The head of a response, and its body to be read.
public struct UnixHTTPResponse: Sendable {
    public let status: HTTPResponseStatus
    public let headers: HTTPHeaders
    /// To be read once. Dropping it unread closes the connection.
    public let body: UnixHTTPBody

    /// The whole body in memory.
    /// - Throws: what the body throws; ``UnixHTTPFailure`` `tooLarge`, as the client's owner maps it, above `limit` bytes.
    public func collect(upTo limit: Int) async throws -> ByteBuffer {
        var whole = ByteBuffer()
        for try await buffer in body {
            guard whole.readableBytes + buffer.readableBytes <= limit else {
                throw body.mapError(UnixHTTPFailure(.tooLarge(limit: limit), body.socketPath))
            }
            if whole.readableBytes == 0 { whole = buffer } else { whole.writeImmutableBuffer(buffer) }
        }
        return whole
    }
}
