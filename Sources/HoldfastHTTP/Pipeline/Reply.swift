public import HTTPTypes
import HummingbirdCore
public import NIOCore

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// An answer as handlers make it.
public struct Reply: Sendable {
    /// Writes one piece of a streamed body; it returns when the connection has taken it.
    public typealias Write = (ByteBuffer) async throws -> Void
    /// Streams the body, and settles the request's audit record, whether it ends or fails.
    public typealias Stream = @Sendable (Write) async throws -> Void

    enum Body: Sendable {
        case bytes(ByteBuffer)
        /// `abandoned` runs instead of the stream when not even the head could be written.
        case stream(Stream, abandoned: @Sendable () async -> Void)
    }

    var status: Int
    var headers: HTTPFields
    var body: Body
    /// Of a streamed body, where it is known.
    var length: Int?

    public static func json(_ value: some Encodable, status: Int = 200) throws -> Reply {
        let encoder = JSONEncoder()
        // Sorted: two answers that say the same must not differ in the order of their keys, which is random otherwise.
        encoder.outputFormatting = [.withoutEscapingSlashes, .sortedKeys]
        return Reply(
            status: status, headers: [.contentType: "application/json"], body: .bytes(ByteBuffer(bytes: try encoder.encode(value))))
    }

    public static func bytes(_ bytes: ByteBuffer, type: String, status: Int = 200) -> Reply {
        Reply(status: status, headers: [.contentType: type], body: .bytes(bytes))
    }

    /// A part of a file, or all of it. Nothing is recorded when it ends: it is a read.
    public static func file(_ length: Int, status: Int = 200, headers: HTTPFields, _ stream: @escaping Stream) -> Reply {
        var reply = Reply(status: status, headers: headers, body: .stream(stream, abandoned: {}))
        reply.length = length
        return reply
    }

    /// The same answer with a header.
    public func with(_ name: HTTPField.Name, _ value: String) -> Reply {
        var reply = self
        reply.headers[name] = value
        return reply
    }

    /// `type` is `text/event-stream` or `application/x-ndjson`.
    public static func stream(type: String, _ stream: @escaping Stream, abandoned: @escaping @Sendable () async -> Void) -> Reply {
        Reply(
            status: 200, headers: [.contentType: type, .cacheControl: "no-store"],
            body: .stream(stream, abandoned: abandoned))
    }
}
