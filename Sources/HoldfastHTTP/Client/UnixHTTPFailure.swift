public import HoldfastCore

/// How an exchange over a Unix socket can fail, before its owner has put it in words.
public struct UnixHTTPFailure: Error, Sendable {
    public enum Kind: Sendable, Equatable {
        case pathTooLong
        /// `errno` is 0 where the system gave none.
        case connect(errno: Int32)
        case connectTimeout
        case headTimeout
        /// The connection ended before the response was complete.
        case closed
        /// The other end does not speak HTTP/1.1.
        case malformed
        case tooLarge(limit: Int)
    }

    public let kind: Kind
    public let socketPath: String
    public let detail: String?

    init(_ kind: Kind, _ socketPath: String, _ detail: String? = nil) {
        self.kind = kind
        self.socketPath = socketPath
        self.detail = detail
    }

    /// In plain words, without whose socket it is.
    public var reason: String {
        switch kind {
        case .pathTooLong: "the socket's path is longer than the 107 bytes that Linux allows"
        case .connect(errno: 2): "the socket \(socketPath) does not exist"
        case .connect(errno: 13): "this user may not open the socket \(socketPath)"
        case .connect(errno: 111): "nothing listens on \(socketPath)"
        case .connect: "connecting to \(socketPath) failed"
        case .connectTimeout: "connecting to \(socketPath) took too long"
        case .headTimeout: "no answer came in time"
        case .closed: "the connection ended before the answer was complete"
        case .malformed: "the answer is not HTTP"
        case .tooLarge(let limit): "the answer is larger than \(limit) bytes"
        }
    }

    /// For the command line: the daemon cannot be reached.
    public var nodeUnreachable: HoldfastError {
        HoldfastError(
            .nodeUnreachable, "The node cannot be reached: \(reason).", detail: detail,
            hint: "start it with 'systemctl start holdfastd' or 'holdfastd', or name its folder with --runtime", cause: self)
    }
}

extension UnixHTTPFailure {
    /// For a protocol inside the body that has an end of its own, which did not come.
    public static func endOfStream(_ socketPath: String) -> Self { UnixHTTPFailure(.closed, socketPath) }
}
