public import Hummingbird
public import Logging
import Synchronization

/// What is known of a connection before its first byte is read, and never changes.
public struct Connection: Sendable, RequestContextSource {
    public let peer: Peer
    public let hangUp: HangUp
    public let logger: Logger
}

/// The context of one request.
public struct ConnectionRequestContext: RequestContext {
    public typealias Source = Connection

    public var coreContext: CoreRequestContextStorage
    public let connection: Connection
    let watch = AnswerWatch()

    public init(source: Connection) {
        coreContext = CoreRequestContextStorage(source: source)
        connection = source
    }
}

/// What must still happen when an answer cannot be written: a streamed body settles its audit record itself, once it runs.
final class AnswerWatch: Sendable {
    private let abandoned = Mutex<(@Sendable () async -> Void)?>(nil)

    func expectStream(abandoned handler: @escaping @Sendable () async -> Void) {
        abandoned.withLock { $0 = handler }
    }

    func streamStarted() {
        abandoned.withLock { $0 = nil }
    }

    func writeFailed() async {
        await abandoned.withLock { $0 }?()
    }
}
