import HTTPTypes
import HoldfastAPI
import HoldfastCore
import HoldfastHTTP
import HoldfastStore
import Hummingbird
import NIOCore

/// `GET /blobs/sha256/{digest}`: the file, or the one range of it that is asked for (RFC 9110 §14).
struct BlobHandler: OperationHandler {
    struct Input: Sendable {
        let digest: SHA256Digest
        let range: String?
    }

    let operation = HoldfastAPI.Operation.catalogBlob
    let catalog: Catalog
    private static let piece = 512 << 10

    func read(_ request: Request, _ parameters: Parameters) async throws -> Input {
        Input(digest: try SHA256Digest(parsing: parameters.get("digest") ?? ""), range: request.headers[.range])
    }

    func resources(of input: Input) -> [Resource] { [] }

    func handle(_ input: Input, _ call: Call) async throws -> Answer {
        guard try await catalog.storage.blob(input.digest) != nil else {
            throw HoldfastError.noSuchFile("blobs/sha256/\(input.digest.hex)")
        }
        let storage = catalog.storage
        let file = try await offPool { try storage.open(input.digest) }
        let size = Int64(clamping: file.size)
        var headers: HTTPFields = [.contentType: "application/octet-stream", .acceptRanges: "bytes", .eTag: "\"\(input.digest.hex)\""]
        guard let text = input.range, let range = try Self.range(text, size: size) else {
            return Answer(body(file, 0..<size, 200, headers), recorded: .counted)
        }
        headers[.contentRange] = "bytes \(range.lowerBound)-\(range.upperBound - 1)/\(size)"
        return Answer(body(file, range, 206, headers), recorded: .counted)
    }

    private func body(_ file: RandomAccessFile, _ range: Range<Int64>, _ status: Int, _ headers: HTTPFields) -> Reply {
        .file(Int(range.count), status: status, headers: headers) { write in
            var offset = range.lowerBound
            while offset < range.upperBound {
                let (start, count) = (UInt64(offset), Int(min(Int64(Self.piece), range.upperBound - offset)))
                let bytes = try await offPool { try file.read(at: start, count: count) }
                guard bytes.count == count else { throw HoldfastError(.modelCorrupt, "A file of the catalog became shorter.") }
                try await write(ByteBuffer(bytes: bytes))
                offset += Int64(count)
            }
        }
    }

    /// - Returns: nil for what is not one range of bytes: then the whole is the answer, as the RFC lets us.
    /// - Throws: ``HoldfastError`` `range_invalid` for one that lies outside.
    static func range(_ text: String, size: Int64) throws -> Range<Int64>? {
        guard text.hasPrefix("bytes=") else { return nil }
        let ends = text.dropFirst(6).split(separator: "-", omittingEmptySubsequences: false)
        guard ends.count == 2 else { return nil }
        let (first, last) = (Int64(ends[0]), Int64(ends[1]))
        let range: (Int64, Int64)
        switch (first, last) {
        case (let first?, let last?) where first <= last: range = (first, min(last, size - 1))
        case (let first?, nil) where ends[1].isEmpty: range = (first, size - 1)
        case (nil, let last?) where ends[0].isEmpty: range = (max(0, size - last), size - 1)
        default: return nil
        }
        guard range.0 >= 0, range.0 <= range.1 else {
            throw HoldfastError(.rangeInvalid, "The range '\(text.prefix(80))' is not within the file's \(size) bytes.")
        }
        return range.0..<(range.1 + 1)
    }
}
