import Glibc
import NIOCore
import NIOPosix
import Synchronization

/// A Unix socket that answers each connection with bytes as they are given, for answers no real server gives.
final class RawServer: Sendable {
    let socketPath: String
    private let channel: any Channel
    private let seen: Seen
    let closedConnections: AsyncStream<Void>

    enum Step: Sendable {
        case bytes(String)
        case close
    }

    /// - Parameters:
    ///   - after: the answer is sent once the request holds this text.
    ///   - readsOn: false leaves in the kernel what comes after that.
    static func start(answering steps: [Step], after marker: String = "\r\n\r\n", readsOn: Bool = true) async throws -> RawServer {
        let path = "/tmp/hf-raw-\(UInt64.random(in: 0 ... .max)).sock"
        let seen = Seen()
        let (closed, closing) = AsyncStream.makeStream(of: Void.self)
        let channel = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(
                        Answering(steps: steps, marker: marker, readsOn: readsOn, seen: seen, closing: closing))
                }
            }
            .bind(unixDomainSocketPath: path).get()
        return RawServer(socketPath: path, channel: channel, seen: seen, closed: closed)
    }

    private init(socketPath: String, channel: any Channel, seen: Seen, closed: AsyncStream<Void>) {
        self.socketPath = socketPath
        self.channel = channel
        self.seen = seen
        self.closedConnections = closed
    }

    /// What clients have sent so far.
    var request: String { seen.text }
    /// Bytes that the kernel has taken from us.
    var bytesWritten: Int { seen.written }

    func stop() async {
        try? await channel.close()
        unlink(socketPath)
    }
}

final class Seen: Sendable {
    private let bytes = Mutex<[UInt8]>([])
    var text: String { bytes.withLock { String(decoding: $0, as: UTF8.self) } }
    private let taken = Mutex(0)
    var written: Int { taken.withLock { $0 } }
    func wrote(_ count: Int) { taken.withLock { $0 += count } }
    func append(_ more: some Sequence<UInt8>) { bytes.withLock { $0.append(contentsOf: more) } }
}

private final class Answering: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private let steps: [RawServer.Step]
    private let marker: String
    private let readsOn: Bool
    private let seen: Seen
    private let closing: AsyncStream<Void>.Continuation
    private var text = ""
    private var answered = false

    init(steps: [RawServer.Step], marker: String, readsOn: Bool, seen: Seen, closing: AsyncStream<Void>.Continuation) {
        self.steps = steps
        self.marker = marker
        self.readsOn = readsOn
        self.seen = seen
        self.closing = closing
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let buffer = unwrapInboundIn(data)
        seen.append(buffer.readableBytesView)
        guard !answered else { return }
        text += String(buffer: buffer)
        if text.contains(marker) { answer(context) }
    }

    func channelInactive(context: ChannelHandlerContext) { closing.yield() }

    private func answer(_ context: ChannelHandlerContext) {
        answered = true
        if !readsOn { context.channel.setOption(.autoRead, value: false).whenFailure { _ in } }
        for step in steps {
            switch step {
            case .bytes(let text):
                let count = text.utf8.count
                context.writeAndFlush(wrapOutboundOut(ByteBuffer(string: text))).whenSuccess { [seen] in seen.wrote(count) }
            case .close: context.close(promise: nil)
            }
        }
    }
}
