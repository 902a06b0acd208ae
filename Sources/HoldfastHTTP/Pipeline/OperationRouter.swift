import HTTPTypes
public import HoldfastAPI
import HoldfastCore
public import Hummingbird
import NIOCore

/// The routes of one socket: each operation of the table that has a handler, and for all else the denial.
public struct OperationRouter: Sendable {
    private let pipeline: RequestPipeline
    private let responder: RouterResponder<ConnectionRequestContext>

    /// Registers handlers; built once, at start.
    public struct Builder {
        let pipeline: RequestPipeline
        let router = Router(context: ConnectionRequestContext.self)
        public private(set) var operations: [Operation] = []

        public mutating func add(_ handler: some OperationHandler) {
            let operation = handler.operation
            operations.append(operation)
            let pipeline = pipeline
            router.on(RouterPath(operation.path), method: operation.method.http) { request, context in
                await pipeline.run(handler, request, context).response(context.watch)
            }
        }
    }

    public init(_ pipeline: RequestPipeline, _ build: (inout Builder) -> Void) {
        var builder = Builder(pipeline: pipeline)
        build(&builder)
        // A middleware covers what is added after it, and here nothing is: what no route matches. Hummingbird would answer that itself,
        // neither audited nor in this surface's shape.
        builder.router.add(middleware: UnknownOperation(pipeline: pipeline))
        self.pipeline = pipeline
        self.responder = builder.router.buildResponder()
    }

    public func respond(_ request: Request, _ context: ConnectionRequestContext) async -> Response {
        do {
            return try await responder.respond(to: request, context: context)
        } catch {
            // Handlers never throw, and what has no route goes to `UnknownOperation`; should the router refuse more, it is denied alike.
            return await pipeline.refuseUnknown(request, context).response(context.watch)
        }
    }
}

/// Denies what is in no table.
private struct UnknownOperation: RouterMiddleware {
    let pipeline: RequestPipeline

    func handle(
        _ request: Request, context: ConnectionRequestContext, next: (Request, ConnectionRequestContext) async throws -> Response
    ) async throws -> Response {
        await pipeline.refuseUnknown(request, context).response(context.watch)
    }
}

extension Operation.Method {
    fileprivate var http: HTTPRequest.Method {
        switch self {
        case .get: .get
        case .post: .post
        case .delete: .delete
        }
    }
}

extension Reply {
    fileprivate func response(_ watch: AnswerWatch) -> Response {
        let status = HTTPResponse.Status(code: status)
        switch body {
        case .bytes(let buffer):
            return Response(status: status, headers: headers, body: ResponseBody(byteBuffer: buffer))
        case .stream(let stream, let abandoned):
            watch.expectStream(abandoned: abandoned)
            return Response(
                status: status, headers: headers,
                body: ResponseBody(contentLength: length) { writer in
                    watch.streamStarted()
                    try await stream { try await writer.write($0) }
                    try await writer.finish(nil)
                })
        }
    }
}
