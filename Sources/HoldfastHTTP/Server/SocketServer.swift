import HTTPTypes
import HoldfastCore
public import Hummingbird
import HummingbirdCore
public import Logging
public import NIOCore
import NIOExtras
import NIOHTTPTypes
import NIOPosix
public import ServiceLifecycle

/// Serves HTTP/1.1 on one listening socket.
///
/// Hummingbird's own server cannot take an inherited descriptor and cannot give each connection a typed peer, so the accept loop is ours;
/// parsing, routing and writing stay Hummingbird's.
public struct SocketServer: Service {
    /// Puts a layer below HTTP on each connection, as TLS: this module knows none.
    public typealias Layer = @Sendable (any Channel) throws -> Void
    /// Answers every request; it never throws.
    public typealias Responder = @Sendable (Request, ConnectionRequestContext) async -> Response

    /// Bounds on what a client may make the node hold. A request's body is bounded where it is read.
    static let maximumHeaderBytes = 32 * 1024
    static let maximumHeaders = 100

    private let listener: ListeningSocket
    private let limits: ConnectionLimits
    private let idleTimeout: TimeAmount
    private let logger: Logger
    private let responder: Responder
    private let layer: Layer?
    private let open = OpenChannels()

    public init(
        listener: ListeningSocket, limits: ConnectionLimits, idleSeconds: Int64, logger: Logger, layer: Layer? = nil,
        responder: @escaping Responder
    ) {
        self.listener = listener
        self.limits = limits
        self.idleTimeout = .seconds(idleSeconds)
        self.logger = logger
        self.layer = layer
        self.responder = responder
    }

    private struct Accepted: Sendable {
        let executor: ConnectionExecutor
        let handler: HTTP1Channel
        let channel: HTTP1Channel.Value
        let bucket: ConnectionBucket
        let admitted: Bool
    }

    /// Serves until graceful shutdown, then lets open requests end. Cancelled, it hangs up on everybody first, as ``hangUp()`` does.
    public func run() async throws {
        // A task of its own, which is not cancelled: a loop that stops between an accepted connection and its handler drops a channel nobody
        // has closed, and NIO ends the whole program for that ("Deinited NIOAsyncWriter without calling finish()").
        let accepting = Task { try await acceptAll() }
        try await withTaskCancellationHandler {
            try await accepting.value
        } onCancel: {
            open.closeAll()
        }
    }

    private func acceptAll() async throws {
        let quiescing = ServerQuiescingHelper(group: MultiThreadedEventLoopGroup.singleton)
        let server = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .serverChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(quiescing.makeServerChannelHandler(channel: channel))
                }
            }
            .childChannelOption(.maxMessagesPerRead, value: 1)
            .bind(listener.descriptor) { channel in accept(channel) }
        open.add(server.channel)

        await withGracefulShutdownHandler {
            await withDiscardingTaskGroup { group in
                do {
                    try await server.executeThenClose { connections in
                        for try await accepted in connections {
                            group.addTask(executorPreference: accepted.executor) { await serve(accepted) }
                        }
                    }
                } catch {
                    logger.error("accepting connections ended", metadata: ["socket": "\(listener.kind.rawValue)", "error": "\(error)"])
                }
            }
        } onGracefulShutdown: {
            quiescing.initiateShutdown(promise: nil)
        }
        listener.unlinkOwn()
    }

    /// Stops listening and hangs up on whoever is connected; ``run()`` returns when their requests have ended.
    public func hangUp() { open.closeAll() }

    /// Runs on the connection's event loop, before anything is read from it.
    private func accept(_ channel: any Channel) -> EventLoopFuture<Accepted> {
        channel.eventLoop.makeCompletedFuture {
            try layer?(channel)
            return try peer(of: channel)
        }.flatMap { peer in
            open.add(channel)
            let bucket = peer.bucket(listener.door)
            let connection = Connection(peer: peer, hangUp: HangUp(closeFuture: channel.closeFuture), logger: logger)
            let http = HTTP1Channel(
                responder: { request, writer, channel in
                    let context = ConnectionRequestContext(source: connection)
                    let response = await responder(request, context)
                    do {
                        try await writer.write(response: response.head, body: response.body)
                    } catch {
                        await context.watch.writeFailed()
                        throw error
                    }
                    if response.headers[.connection] == "close" { channel.close(promise: nil) }
                },
                configuration: .init(
                    idleTimeout: idleTimeout,
                    httpDecoderConfiguration: .init(
                        maxHeaderFieldSize: Self.maximumHeaderBytes, maxHeaderListSize: Self.maximumHeaderBytes,
                        maxHeaderFieldCount: Self.maximumHeaders)))
            let admitted = limits.admit(bucket)
            return http.setup(channel: channel, logger: logger).map {
                Accepted(executor: connection.hangUp.executor, handler: http, channel: $0, bucket: bucket, admitted: admitted)
            }
        }
    }

    private func peer(of channel: any Channel) throws -> Peer {
        let peer = try channel.pipeline.syncOperations.withUnsafeTransportIfAvailable(of: NIOBSDSocket.Handle.self) {
            PeerCredentials.read(descriptor: $0, listener.door, socket: listener.kind)
        }
        return peer ?? .refused(reason: "the connection is not a socket", uid: Caller.overflowID)
    }

    private func serve(_ accepted: Accepted) async {
        guard accepted.admitted else {
            logger.warning("connection refused: too many are open", metadata: ["of": "\(accepted.bucket)"])
            try? await accepted.channel.channel.close()
            try? await accepted.channel.executeThenClose { _, _ in }
            return
        }
        defer { limits.release(accepted.bucket) }
        await accepted.handler.handle(value: accepted.channel, logger: logger)
    }
}

extension Peer {
    /// What a connection is counted under.
    fileprivate func bucket(_ door: Door) -> ConnectionBucket {
        switch (door, self) {
        case (.application(let name, _), _): .application(name)
        case (_, .caller(let caller)): .uid(caller.uid)
        case (_, .refused(_, let uid)): .uid(uid)
        case (_, .undeclared): .loopback
        }
    }
}
