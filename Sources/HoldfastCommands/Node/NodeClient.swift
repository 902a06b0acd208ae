import FoundationEssentials
import HoldfastAPI
import HoldfastCore
import HoldfastHTTP
import NIOCore
import NIOHTTP1

/// An answer as it came, and as what it says.
struct Answer<Body: Sendable>: Sendable {
    let bytes: [UInt8]
    let body: Body
}

/// A node, through the sockets in its runtime directory. An answer that is an error is thrown.
struct NodeClient: Sendable {
    /// Lists of ten thousand models fit, an endless answer does not.
    private static let largestAnswer = 256 << 20
    /// How long an operation may take that has nothing to compute.
    static let shortWait = TimeAmount.seconds(30)

    let runtime: String

    func socketPath(_ socket: SocketKind) -> String { "\(runtime)/\(socket.rawValue).sock" }

    /// - Parameter wait: for the answer's head, once the request was sent; nil when the node works before it answers.
    func send(
        _ operation: Operation, name: String? = nil, query: [(key: String, value: String)] = [], headers: HTTPHeaders = [:],
        body: UnixHTTPRequestBody = .none, wait: TimeAmount? = shortWait
    ) async throws -> UnixHTTPResponse {
        let runtime = runtime
        let client = UnixHTTPClient(socketPath: socketPath(operation.socket), headTimeout: wait) {
            NodeFailure.error($0.kind, reason: $0.reason, socketPath: $0.socketPath, runtime: runtime)
        }
        let response = try await client.send(
            HTTPMethod(rawValue: operation.method.rawValue), OperationPath.fill(operation, name: name, query: query), headers: headers,
            body: body)
        guard response.status.code < 400 else {
            let bytes = Array(buffer: try await response.collect(upTo: 1 << 20))
            throw AnswerError.decode(bytes, status: Int(response.status.code), requestID: response.headers.first(name: "X-Request-Id"))
        }
        return response
    }

    /// The whole answer.
    func call(
        _ operation: Operation, name: String? = nil, query: [(key: String, value: String)] = [], json: (any Encodable)? = nil,
        body: UnixHTTPRequestBody = .none, wait: TimeAmount? = shortWait
    ) async throws -> [UInt8] {
        var body = body
        var headers = HTTPHeaders()
        if let json {
            body = .bytes(ByteBuffer(bytes: try JSONEncoder().encode(json)))
            headers.add(name: "Content-Type", value: "application/json")
        }
        let response = try await send(operation, name: name, query: query, headers: headers, body: body, wait: wait)
        return Array(buffer: try await response.collect(upTo: Self.largestAnswer))
    }

    func fetch<Body: Decodable & Sendable>(
        _ type: Body.Type, _ operation: Operation, name: String? = nil, query: [(key: String, value: String)] = [],
        json: (any Encodable)? = nil, body: UnixHTTPRequestBody = .none, wait: TimeAmount? = shortWait
    ) async throws -> Answer<Body> {
        let bytes = try await call(operation, name: name, query: query, json: json, body: body, wait: wait)
        return Answer(bytes: bytes, body: try Self.decode(type, bytes))
    }

    static func decode<Body: Decodable>(_ type: Body.Type, _ bytes: some Collection<UInt8>) throws -> Body {
        do {
            return try JSONDecoder().decode(type, from: Data(bytes))
        } catch {
            throw HoldfastError(
                .internalError, "The node's answer cannot be read; node and command line may be of different versions.",
                hint: "holdfast --version; holdfastd --version", cause: error)
        }
    }
}
