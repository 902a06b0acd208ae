import HTTPTypes
import HoldfastAPI
public import HoldfastCore
public import Hummingbird
import Logging

/// The life of every request, on every socket: identify → authorise → audit → handle → audit → respond.
public struct RequestPipeline: Sendable {
    private let surface: ErrorSurface
    private let authorizer: @Sendable () -> Authorizer
    private let audit: any AuditTrail
    private let now: @Sendable () -> Int64
    private let gate: LoopbackGate?

    /// - Parameter gate: of the loopback listener; without one, a request of an undeclared peer is refused.
    public init(
        surface: ErrorSurface, authorizer: @escaping @Sendable () -> Authorizer, audit: any AuditTrail,
        now: @escaping @Sendable () -> Int64, gate: LoopbackGate? = nil
    ) {
        self.surface = surface
        self.authorizer = authorizer
        self.audit = audit
        self.now = now
        self.gate = gate
    }

    public func run<Handler: OperationHandler>(
        _ handler: Handler, _ request: Request, _ context: ConnectionRequestContext
    ) async -> Reply {
        var call = makeCall(handler.operation, context)
        var intended = false
        do {
            try identify(request, context, &call)
            let verbRefusal = refusal(call, [])
            let input: Handler.Input
            do {
                input = try await handler.read(request, context.parameters)
            } catch {
                // Who may not do this at all does not learn what was wrong with how it was asked.
                throw verbRefusal ?? error
            }
            let resources = handler.resources(of: input)
            call.resource = resources.first.map(AuditResource.init)
            if let refusal = verbRefusal ?? refusal(call, resources) { throw refusal }
            call.grant = grant(call, resources)
            try audit.admit(call)
            if handler.operation.audited == .effect {
                try await audit.intent(call)
                intended = true
            }
            let answer = try await handler.handle(input, call)
            try check(answer, handler.operation)
            if handler.operation.audited == .counted { audit.counted(call) }
            return answer.response.with(requestID: call.id)
        } catch {
            return await refuse(call, error, intended: intended, context)
        }
    }

    /// A path or method that is in no table: denied and audited like any other.
    public func refuseUnknown(_ request: Request, _ context: ConnectionRequestContext) async -> Reply {
        var call = makeCall(Self.unknown(on: context), context)
        do {
            try identify(request, context, &call)
            throw AccessRefusal(
                error: HoldfastError(
                    .unknownOperation, "There is no \(request.method.rawValue) \(request.uri.path.prefix(120)) here.",
                    hint: surface.operationsHint))
        } catch {
            return await refuse(call, error, intended: false, context)
        }
    }

    private func makeCall(_ operation: Operation, _ context: ConnectionRequestContext) -> Call {
        let time = now()
        return Call(
            id: RequestID.make(at: time), operation: operation, caller: context.connection.peer.shownCaller(on: operation.socket),
            authorizer: authorizer(), hangUp: context.connection.hangUp, receivedAt: time, start: .now)
    }

    private func identify(_ request: Request, _ context: ConnectionRequestContext, _ call: inout Call) throws {
        switch context.connection.peer {
        case .caller: try refuseBrowsers(request)
        case .refused(let reason, _): throw peerRefused(reason)
        case .undeclared:
            guard let gate else { throw peerRefused("a peer that proves nothing, on a socket without tokens") }
            try refuseBrowsers(request)
            do {
                call.caller = Caller(try gate.identify(request), socket: call.caller.socket)
            } catch let error as HoldfastError {
                throw AccessRefusal(error: error)
            }
        }
    }

    private func peerRefused(_ reason: String) -> AccessRefusal {
        AccessRefusal(
            error: HoldfastError(
                .peerRefused, "The node cannot tell who you are, so nothing is allowed.", detail: reason,
                hint: "call from the node's own user namespace"))
    }

    /// A browser sends `Origin`; no program that means to talk to a Unix socket does. `Host` says nothing there and is not looked at.
    private func refuseBrowsers(_ request: Request) throws {
        guard request.headers[.origin] == nil else {
            throw AccessRefusal(
                error: HoldfastError(.originRefused, "Requests with an Origin header are refused: this node is not for browsers."))
        }
    }

    /// Why the call is refused on any of `resources`, or, with none, whether its verb is refused on everything; nil when it is allowed.
    private func refusal(_ call: Call, _ resources: [Resource]) -> AccessRefusal? {
        guard case .verb(let verb) = call.operation.access else { return nil }
        if resources.isEmpty {
            guard case .denied(let denial) = call.authorizer.mayAnything(call.caller, verb) else { return nil }
            return AccessRefusal(error: denial.error(verb, by: call.caller))
        }
        for resource in resources {
            let permission = Permission(verb, on: resource)
            if case .denied(let denial) = call.authorizer.decide(call.caller, permission) {
                return AccessRefusal(error: denial.error(for: permission, by: call.caller))
            }
        }
        return nil
    }

    /// The rule that allows the call, for its record.
    private func grant(_ call: Call, _ resources: [Resource]) -> Grant? {
        guard case .verb(let verb) = call.operation.access else { return nil }
        let decision = resources.first.map { call.authorizer.decide(call.caller, Permission(verb, on: $0)) }
        guard case .allowed(let grant) = decision ?? call.authorizer.mayAnything(call.caller, verb) else { return nil }
        return grant
    }

    private func check(_ answer: Answer, _ operation: Operation) throws {
        switch (operation.audited, answer.recorded) {
        case (.counted, .counted), (.never, .counted), (.change, .written), (.effect, .written), (.effect, .byBody), (.inference, .written),
            (.inference, .byBody):
            return
        default:
            throw HoldfastError(.internalError, "The operation was not recorded.", detail: "\(operation.id) gave \(answer.recorded)")
        }
    }

    private func refuse(_ call: Call, _ error: any Error, intended: Bool, _ context: ConnectionRequestContext) async -> Reply {
        let shown = HoldfastError(wrapping: error)
        let status = Int64(shown.code.httpStatus)
        do {
            if let refusal = error as? AccessRefusal {
                try await audit.refused(
                    refusal.limit.map(call.refused) ?? call, AuditOutcome(.denied, code: shown.code.rawValue, status: status))
            } else if intended || (call.operation.audited == .change && shown.code != .auditUnavailable) {
                let result: AuditOutcome.Result = error is CancellationError ? .cancelled : .failed
                try await audit.outcome(call, AuditOutcome(result, code: shown.code.rawValue, status: status))
            } else if !(error is RecordedFailure) {
                try await audit.refused(call, AuditOutcome(.failed, code: shown.code.rawValue, status: status))
            }
        } catch let failure {
            context.logger.error("a refusal could not be recorded", metadata: ["error": "\(failure)", "request": "\(call.id)"])
            return surface.reply(HoldfastError(wrapping: failure), requestID: call.id)
        }
        if status >= 500 {
            // Who hung up, or was cut off at the end, is no fault of the node.
            context.logger.log(
                level: shown.code == .interrupted ? .info : .error, "request failed",
                metadata: ["request": "\(call.id)", "operation": "\(call.operation.id)", "error": "\(shown)"])
        }
        return surface.reply(shown, requestID: call.id)
    }

    private static func unknown(on context: ConnectionRequestContext) -> Operation {
        let caller = context.connection.peer.shownCaller(on: .api)
        return Operation(
            id: "unknown", method: .get, path: "", socket: caller.socket, access: .anyCaller(because: "it is denied to all"),
            audited: .counted, summary: "")
    }
}

/// A failure whose outcome is in the audit trail already.
public struct RecordedFailure: Error {
    public let error: any Error
    public init(error: any Error) { self.error = error }
}

extension AuditResource {
    init(_ resource: Resource) {
        switch resource {
        case .node: self.init(kind: "node")
        case .model(let name): self.init(kind: "model", name: name.description)
        }
    }
}

extension Peer {
    /// The caller for the audit trail; a refused peer shows as what the kernel made of it, in no group.
    fileprivate func shownCaller(on socket: SocketKind) -> Caller {
        switch self {
        case .caller(let caller): caller
        case .refused(_, let uid): Caller(uid: uid, gid: Caller.overflowID, pid: 0, groups: [], socket: socket)
        case .undeclared: Caller(.anonymous, socket: socket)
        }
    }
}
