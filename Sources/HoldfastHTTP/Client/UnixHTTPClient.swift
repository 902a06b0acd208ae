public import HoldfastCore
public import NIOCore
public import NIOHTTP1
public import NIOPosix

/// HTTP/1.1 to a program that listens on a Unix socket: the daemon for the command line, an engine for its driver.
///
/// One connection for each request: a connection to a Unix socket costs tens of microseconds, and closing it is how work at the other end
/// is given up. Cancelling the task closes the connection, and so does dropping the response's body.
public struct UnixHTTPClient: Sendable {
    /// At most 107 bytes, as `sun_path` holds.
    public let socketPath: String
    /// How long connecting may take.
    public var connectTimeout: TimeAmount
    /// How long the head of the response may take once the request was sent; nil waits for ever, for an answer that is computed first.
    public var headTimeout: TimeAmount?
    private let group: any EventLoopGroup
    private let mapError: @Sendable (UnixHTTPFailure) -> HoldfastError

    /// - Parameter mapError: the error a caller of this client's owner understands; a node that cannot be reached unless told otherwise.
    public init(
        socketPath: String, connectTimeout: TimeAmount = .seconds(5), headTimeout: TimeAmount? = .seconds(30),
        group: any EventLoopGroup = MultiThreadedEventLoopGroup.singleton,
        mapError: @escaping @Sendable (UnixHTTPFailure) -> HoldfastError = { $0.nodeUnreachable }
    ) {
        self.socketPath = socketPath
        self.connectTimeout = connectTimeout
        self.headTimeout = headTimeout
        self.group = group
        self.mapError = mapError
    }

    /// Sends a request and returns once the head of the response is there; the body is read from the connection as it is asked for.
    ///
    /// `Host`, and the framing headers for `body`, are set here. A response whose head comes while the body is still being sent ends the
    /// sending when its status is an error.
    /// - Parameter path: with the query, percent-encoded.
    /// - Throws: what `mapError` makes of a ``UnixHTTPFailure``; `CancellationError`; what a streamed body throws.
    public func send(
        _ method: HTTPMethod, _ path: String, headers: HTTPHeaders = [:], body: UnixHTTPRequestBody = .none
    ) async throws -> UnixHTTPResponse {
        try Task.checkCancellation()
        let exchange = try await connect()
        return try await withTaskCancellationHandler {
            do {
                return try await exchange.send(head: head(method, path, headers, body), body: body, headTimeout: headTimeout)
            } catch let failure as UnixHTTPFailure {
                try Task.checkCancellation()
                throw mapError(failure)
            }
        } onCancel: {
            exchange.channel.close(mode: .all, promise: nil)
        }
    }

    private func connect() async throws -> Exchange {
        guard socketPath.utf8.count <= 107 else { throw mapError(UnixHTTPFailure(.pathTooLong, socketPath)) }
        let failed = mapError
        do {
            return try await ClientBootstrap(group: group.any()).connectTimeout(connectTimeout)
                .connect(unixDomainSocketPath: socketPath) { [socketPath] channel in
                    channel.eventLoop.makeCompletedFuture {
                        try Exchange(adoptingOnLoop: channel, socketPath: socketPath, mapError: failed)
                    }
                }
        } catch let error as ChannelError where error.isConnectTimeout {
            throw mapError(UnixHTTPFailure(.connectTimeout, socketPath))
        } catch {
            throw mapError(UnixHTTPFailure(.connect(errno: (error as? IOError)?.errnoCode ?? 0), socketPath, "\(error)"))
        }
    }

    private func head(_ method: HTTPMethod, _ path: String, _ headers: HTTPHeaders, _ body: UnixHTTPRequestBody) -> HTTPRequestHead {
        var headers = headers
        headers.replaceOrAdd(name: "Host", value: "holdfast")
        headers.replaceOrAdd(name: "Connection", value: "close")
        switch body {
        case .none: if method == .POST || method == .PUT { headers.replaceOrAdd(name: "Content-Length", value: "0") }
        case .bytes(let bytes): headers.replaceOrAdd(name: "Content-Length", value: String(bytes.readableBytes))
        case .stream(_, let length?): headers.replaceOrAdd(name: "Content-Length", value: String(length))
        case .stream(_, nil): headers.replaceOrAdd(name: "Transfer-Encoding", value: "chunked")
        }
        return HTTPRequestHead(version: .http1_1, method: method, uri: path, headers: headers)
    }
}

extension ChannelError {
    fileprivate var isConnectTimeout: Bool {
        if case .connectTimeout = self { true } else { false }
    }
}
