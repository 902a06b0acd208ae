import HoldfastCore
public import Hummingbird
import NIOCore
import NIOFoundationCompat

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

    /// - Throws: ``HoldfastError`` `request_too_large`, or `invalid_request` when the body does not arrive in 30 seconds.
    public static func collect(_ request: Request) async throws -> Data {
        if let length = request.headers[.contentLength].flatMap(Int.init), length > maximumBytes { throw tooLarge }
        let body = request.body
        return try await withThrowingTaskGroup(of: Data.self) { group in
            group.addTask {
                var data = Data()
                for try await buffer in body {
                    guard data.count + buffer.readableBytes <= maximumBytes else { throw tooLarge }
                    data.append(contentsOf: buffer.readableBytesView)
                }
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

    private static var tooLarge: HoldfastError {
        HoldfastError(.requestTooLarge, "The request's body is larger than \(maximumBytes / 1024 / 1024) MiB.")
    }
}
