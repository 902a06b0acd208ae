import HoldfastCore
import NIOCore
import NIOHTTP1

/// Turns the parts of one response into a promise for its head and a sequence for its body, and reads no further than the reader has.
final class ResponseHandler: ChannelDuplexHandler {
    typealias InboundIn = HTTPClientResponsePart
    typealias OutboundIn = HTTPClientRequestPart
    typealias OutboundOut = HTTPClientRequestPart

    /// Nil once it is kept: it would hold the body, which must go when its reader lets go of it.
    private var response: EventLoopPromise<UnixHTTPResponse>?
    private let socketPath: String
    private let mapError: @Sendable (UnixHTTPFailure) -> HoldfastError
    private var state = State.waiting
    private var deadline: Scheduled<Void>?
    private var context: ChannelHandlerContext?
    /// The reader has enough; and a read that came in the meantime is owed to the channel.
    private var paused = false
    private var owesRead = false

    private enum State {
        case waiting
        case streaming(UnixHTTPBody.Producer.Source)
        case done
    }

    init(
        response: EventLoopPromise<UnixHTTPResponse>, socketPath: String, mapError: @escaping @Sendable (UnixHTTPFailure) -> HoldfastError
    ) {
        self.response = response
        self.socketPath = socketPath
        self.mapError = mapError
    }

    func handlerAdded(context: ChannelHandlerContext) { self.context = context }

    func handlerRemoved(context: ChannelHandlerContext) {
        fail(UnixHTTPFailure(.closed, socketPath))
        self.context = nil
    }

    func startHeadDeadline(_ amount: TimeAmount) {
        guard case .waiting = state, let context else { return }
        deadline = context.eventLoop.assumeIsolated().scheduleTask(in: amount) {
            self.fail(UnixHTTPFailure(.headTimeout, self.socketPath))
            self.context?.close(mode: .all, promise: nil)
        }
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch (unwrapInboundIn(data), state) {
        case (.head(let head), .waiting):
            // 1xx says that the real head is still to come.
            if head.status.code >= 200 { begin(head, context) }
        case (.body(let buffer), .streaming(let source)):
            switch source.yield(contentsOf: CollectionOfOne(buffer)) {
            case .produceMore: break
            case .stopProducing: paused = true
            case .dropped: context.close(mode: .all, promise: nil)
            }
        case (.end, .streaming(let source)):
            state = .done
            source.finish()
            context.close(mode: .all, promise: nil)
        default: break
        }
    }

    private func begin(_ head: HTTPResponseHead, _ context: ChannelHandlerContext) {
        deadline?.cancel()
        let loopBound = NIOLoopBound(self, eventLoop: context.eventLoop)
        let eventLoop = context.eventLoop
        let sequence = UnixHTTPBody.Producer.makeSequence(
            elementType: ByteBuffer.self, failureType: (any Error).self, backPressureStrategy: BodyBackPressure(), finishOnDeinit: true,
            delegate: BodyDelegate(channel: context.channel) { eventLoop.execute { loopBound.value.resume() } })
        state = .streaming(sequence.source)
        let body = UnixHTTPBody(producer: sequence.sequence, socketPath: socketPath, mapError: mapError)
        response?.succeed(UnixHTTPResponse(status: head.status, headers: head.headers, body: body))
        response = nil
    }

    private func resume() {
        paused = false
        guard owesRead, let context else { return }
        owesRead = false
        context.read()
    }

    func read(context: ChannelHandlerContext) {
        if paused { owesRead = true } else { context.read() }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        switch error {
        case let error as HTTPParserError where error == .invalidEOFState: fail(UnixHTTPFailure(.closed, socketPath))
        case is HTTPParserError: fail(UnixHTTPFailure(.malformed, socketPath, "\(error)"))
        default: fail(UnixHTTPFailure(.closed, socketPath, "\(error)"))
        }
        context.close(mode: .all, promise: nil)
    }

    func channelInactive(context: ChannelHandlerContext) {
        fail(UnixHTTPFailure(.closed, socketPath))
        context.fireChannelInactive()
    }

    private func fail(_ failure: UnixHTTPFailure) {
        deadline?.cancel()
        switch state {
        case .waiting:
            response?.fail(failure)
            response = nil
        case .streaming(let source): source.finish(failure)
        case .done: break
        }
        state = .done
    }
}
