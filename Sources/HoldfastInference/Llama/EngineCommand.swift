import HoldfastCore
import HoldfastHTTP
import NIOCore
import NIOHTTP1

extension UnixHTTPClient {
    /// A whole answer in time, or none: an engine may send a head and then nothing, for ever, and nobody else watches it while it computes nothing.
    /// - Throws: ``HoldfastError`` `engine_failed`; what ``send(_:_:headers:body:)`` throws.
    func whole(
        _ method: HTTPMethod, _ path: String, body: ByteBuffer? = nil, upTo limit: Int, within patience: Duration
    ) async throws -> (status: HTTPResponseStatus, body: ByteBuffer) {
        try await withThrowingTaskGroup(of: (status: HTTPResponseStatus, body: ByteBuffer)?.self) { group in
            defer { group.cancelAll() }
            group.addTask {
                let headers: HTTPHeaders = body == nil ? [:] : ["Content-Type": "application/json"]
                let response = try await send(method, path, headers: headers, body: body.map { .bytes($0) } ?? .none)
                return (response.status, try await response.collect(upTo: limit))
            }
            group.addTask {
                try await Task.sleep(for: patience)
                return nil
            }
            guard let first = try await group.next(), let answer = first else {
                try Task.checkCancellation()
                throw HoldfastError(
                    .engineFailed, "The engine failed to answer.",
                    detail: "\(path.prefix { $0 != "?" }): no whole answer in \(Int(patience.inSeconds)) seconds")
            }
            return answer
        }
    }
}
