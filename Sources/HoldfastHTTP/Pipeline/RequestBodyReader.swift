import HoldfastCore
public import Hummingbird
import NIOCore
import NIOFoundationCompat
import NIOHTTP1

#if canImport(FoundationEssentials)
public import FoundationEssentials
#else
public import Foundation
#endif

/// Reads whole request bodies, bounded in size and in time.
public enum RequestBodyReader {
    /// More than the largest prompt a context of a million tokens can hold in text.
    public static let maximumBytes = 8 * 1024 * 1024
    static let deadline: Duration = .seconds(30)

    /// - Throws: ``HoldfastError`` `request_too_large`, `interrupted` when the client goes away, or `invalid_request` when the body does not
    ///   arrive in 30 seconds.
    public static func collect(_ request: Request) async throws -> Data {
        let length = request.headers[.contentLength].flatMap(Int.init)
        if let length, length > maximumBytes { throw tooLarge }
        let body = request.body
        return try await withThrowingTaskGroup(of: Data.self) { group in
            group.addTask {
                var data = Data()
                var iterator = body.makeAsyncIterator()
                while let buffer = try await next(&iterator) {
                    guard data.count + buffer.readableBytes <= maximumBytes else { throw tooLarge }
                    data.append(contentsOf: buffer.readableBytesView)
                }
                if let length, data.count < length { throw cutOff(nil) }
                return data
            }
            group.addTask {
                try await Task.sleep(for: deadline)
                throw HoldfastError(.invalidRequest, "The request's body did not arrive within \(deadline.components.seconds) seconds.")
            }
            guard let data = try await group.next() else { throw CancellationError() }
            group.cancelAll()
            return data
        }
    }

    private static func next(_ body: inout RequestBody.AsyncIterator) async throws -> ByteBuffer? {
        do {
            return try await body.next()
        } catch let error where !(error is CancellationError) {
            throw cutOff(error)
        }
    }

    /// What a body that could not be read to its end means: the client sent what is no HTTP, or went away.
    private static func cutOff(_ cause: (any Error)?) -> HoldfastError {
        if cause is HTTPParserError {
            return HoldfastError(.invalidRequest, "The request's body is not what HTTP allows: its chunks are malformed.", cause: cause)
        }
        return HoldfastError(.interrupted, "The request's body ended before it was whole.", cause: cause)
    }

    private static var tooLarge: HoldfastError {
        HoldfastError(.requestTooLarge, "The request's body is larger than \(maximumBytes / 1024 / 1024) MiB.")
    }
}
