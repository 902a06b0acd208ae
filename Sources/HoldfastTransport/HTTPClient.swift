import CCurl
import Dispatch
import HoldfastCore

/// GET over HTTP and HTTPS, on libcurl and the system's libssl: one transfer at a time, connections kept, every answer bounded.
///
/// Redirects are not followed and bodies not decompressed. `@unchecked Sendable`: the handle is used on `queue` alone, and given up when no
/// transfer can hold this object any more.
public final class HTTPClient: @unchecked Sendable {
    private let settings: HTTPSettings
    private let queue = DispatchQueue(label: "holdfast.http")
    private let handle: UnsafeMutableRawPointer

    /// Once for the process, and thread-safe as a static is.
    private static let isReady = curl_global_init(Int(CURL_GLOBAL_DEFAULT)) == CURLE_OK

    /// - Throws: ``HoldfastError`` `source_failed` when libcurl cannot start.
    public init(_ settings: HTTPSettings = HTTPSettings()) throws {
        guard Self.isReady, let handle = curl_easy_init() else { throw HoldfastError(.sourceFailed, "libcurl does not start.") }
        self.settings = settings
        self.handle = handle
    }

    deinit { curl_easy_cleanup(handle) }

    /// Fetches one file in pieces.
    /// - Parameters:
    ///   - maximumBytes: a longer body ends the transfer.
    ///   - sink: takes the body of a 200, piece by piece, on a thread of its own; what it throws ends the transfer.
    /// - Returns: the HTTP status.
    /// - Throws: ``HoldfastError`` `source_failed` without an answer, with a longer one or a broken one; what `sink` throws; `CancellationError`.
    public func get(_ url: String, maximumBytes: Int, into sink: @escaping @Sendable (UnsafeRawBufferPointer) throws -> Void) async throws
        -> Int
    {
        let transfer = HTTPTransfer(url, maximumBytes: maximumBytes, sink: sink)
        return try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                queue.async {
                    continuation.resume(with: Result { try transfer.perform(on: self.handle, self.settings) })
                }
            }
        } onCancel: {
            transfer.cancel()
        }
    }

    /// Fetches one small file.
    /// - Returns: the status, and the body of a 200.
    public func get(_ url: String, maximumBytes: Int) async throws -> (status: Int, body: [UInt8]) {
        let body = ReceivedBody()
        let status = try await get(url, maximumBytes: maximumBytes) { body.append($0) }
        return (status, body.bytes)
    }
}
