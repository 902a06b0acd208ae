import HoldfastCore
import HoldfastTransport

/// A repository behind two URLs.
struct WebRepository: TUFFetching {
    private let metadata: String
    private let targets: String?
    private let client: HTTPClient

    init(metadata: String, targets: String?) throws {
        self.metadata = Self.base(metadata)
        self.targets = targets.map(Self.base)
        client = try HTTPClient()
    }

    func fetch(_ request: TUFRequest) async throws -> [UInt8]? {
        let url = metadata + request.file
        let answer = try await client.get(url, maximumBytes: request.maximumBytes)
        switch answer.status {
        case 200: return answer.body
        // 403 is what object stores say of a file that is not there.
        case 403, 404: return nil
        default:
            throw HoldfastError(.sourceFailed, "\(request.file) could not be fetched: the server answered with status \(answer.status).")
        }
    }

    /// - Parameter sink: sees each piece as it comes.
    func fetch(_ target: TUFTarget, consistent: Bool, into sink: @escaping @Sendable (UnsafeRawBufferPointer) throws -> Void) async throws {
        guard let targets else { throw HoldfastError(.invalidRequest, "--target-base-url is missing.") }
        let status = try await client.get(targets + target.location(consistent: consistent), maximumBytes: target.length, into: sink)
        guard status == 200 else {
            throw HoldfastError(.sourceFailed, "'\(target.path)' could not be fetched: the server answered with status \(status).")
        }
    }

    private static func base(_ url: String) -> String { url.hasSuffix("/") ? url : url + "/" }
}
