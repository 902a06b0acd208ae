import FoundationEssentials
import HoldfastCore
import HoldfastHTTP
import NIOCore
import NIOHTTP1

/// How the plug-in reaches a catalog: its Unix socket, or HTTPS, which `holdfast-catalog` brings and `holdfast` does not have.
public protocol CatalogTransport: Sendable {
    /// - Parameter file: a body that is read as it is sent; nil for `body`.
    /// - Throws: ``HoldfastError`` `source_failed` without an answer.
    func send(
        _ method: String, _ path: String, headers: [(name: String, value: String)], body: [UInt8], file: CatalogUpload?
    ) async throws -> (status: Int, body: [UInt8])
}

/// A file on its way to the catalog.
public struct CatalogUpload: Sendable {
    /// Bytes.
    public let length: Int64
    /// - Returns: at most `count` bytes from `offset` on; fewer than one only at the end.
    public let read: @Sendable (_ offset: Int64, _ count: Int) throws -> [UInt8]
}

struct UnixCatalogTransport: CatalogTransport {
    let path: String

    func send(
        _ method: String, _ path: String, headers: [(name: String, value: String)], body: [UInt8], file: CatalogUpload?
    ) async throws -> (status: Int, body: [UInt8]) {
        let socket = self.path
        let client = UnixHTTPClient(socketPath: socket, headTimeout: nil) {
            HoldfastError(
                .sourceFailed, "No catalog answers at \(socket): \($0.reason).", hint: "holdfast-catalogd --state DIR --listen \(socket)")
        }
        let content: UnixHTTPRequestBody =
            if let file { .stream(UploadPieces(upload: file), length: file.length) } else if body.isEmpty { .none } else {
                .bytes(ByteBuffer(bytes: body))
            }
        let response = try await client.send(
            HTTPMethod(rawValue: method), path, headers: HTTPHeaders(headers.map { ($0.name, $0.value) }), body: content)
        return (Int(response.status.code), Array(buffer: try await response.collect(upTo: CatalogClient.largestAnswer)))
    }
}

private struct UploadPieces: AsyncSequence, Sendable {
    typealias Element = ByteBuffer
    typealias Failure = any Error
    let upload: CatalogUpload

    func makeAsyncIterator() -> AsyncIterator { AsyncIterator(upload: upload) }

    struct AsyncIterator: AsyncIteratorProtocol {
        let upload: CatalogUpload
        var offset: Int64 = 0

        mutating func next() async throws -> ByteBuffer? {
            guard offset < upload.length else { return nil }
            let bytes = try upload.read(offset, Int(Swift.min(1 << 20, upload.length - offset)))
            offset += Int64(bytes.count)
            return ByteBuffer(bytes: bytes)
        }
    }
}
