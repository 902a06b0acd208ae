import HoldfastAPI
import HoldfastCore
import HoldfastHTTP
import Hummingbird

/// `GET /holdfast/v1/access/whoami`.
struct WhoamiHandler: OperationHandler {
    let operation = HoldfastAPI.Operation.accessWhoami

    func handle(_ input: Void, _ call: Call) async throws -> Answer {
        let caller = call.caller
        let roles = call.authorizer.roles(of: caller).map {
            WhoamiBody.Role(role: $0.role, subject: $0.subject, binding: $0.binding.description)
        }
        return Answer(
            try .json(
                WhoamiBody(
                    uid: caller.uid, gid: caller.gid, groups: caller.groups, pid: caller.pid, socket: caller.socket.rawValue, roles: roles,
                    policyGeneration: call.authorizer.policy.generation)),
            recorded: .counted)
    }
}

/// `POST /holdfast/v1/access/can` and `/can-as`: asks the code that decides.
struct CanHandler: OperationHandler {
    let operation: HoldfastAPI.Operation
    let tokens: TokenBook

    static func own(_ node: Node) -> CanHandler { CanHandler(operation: .accessCan, tokens: node.tokens) }
    static func another(_ node: Node) -> CanHandler { CanHandler(operation: .accessCanAs, tokens: node.tokens) }

    func read(_ request: Request, _ parameters: Parameters) async throws -> AccessQuestion {
        try await AccessQuestion.read(request, takesSubject: operation == .accessCanAs)
    }

    func resources(of input: AccessQuestion) -> [Resource] { operation == .accessCanAs ? [.node] : [] }

    func handle(_ input: AccessQuestion, _ call: Call) async throws -> Answer {
        let caller = try input.caller(call, tokens)
        let explanation = call.authorizer.explain(caller, input.permission)
        var grant: Grant?
        if case .allowed(let given) = explanation.decision { grant = given }
        let limits = call.authorizer.limits(caller, input.permission).compactMap(\.limits)
        return Answer(
            try .json(
                CanAnswerBody(
                    allowed: grant != nil, subject: input.name(of: caller), verb: input.permission.verb.rawValue,
                    resource: input.permission.resource.description, role: grant?.role, rule: grant?.rule.description,
                    binding: grant?.binding.description, explanation: explanation.lines.joined(separator: "\n"),
                    limits: limits.isEmpty ? nil : limits.map(LimitedBody.init))),
            recorded: .counted)
    }
}

/// `POST /holdfast/v1/access/explain` and `/explain-as`: every rule that allows it, or why none does.
struct ExplainHandler: OperationHandler {
    let operation: HoldfastAPI.Operation
    let tokens: TokenBook

    static func own(_ node: Node) -> ExplainHandler { ExplainHandler(operation: .accessExplain, tokens: node.tokens) }
    static func another(_ node: Node) -> ExplainHandler { ExplainHandler(operation: .accessExplainAs, tokens: node.tokens) }

    func read(_ request: Request, _ parameters: Parameters) async throws -> AccessQuestion {
        try await AccessQuestion.read(request, takesSubject: operation == .accessExplainAs)
    }

    func resources(of input: AccessQuestion) -> [Resource] { operation == .accessExplainAs ? [.node] : [] }

    func handle(_ input: AccessQuestion, _ call: Call) async throws -> Answer {
        let caller = try input.caller(call, tokens)
        let explanation = call.authorizer.explain(caller, input.permission)
        return Answer(
            try .json(
                ExplainAnswerBody(
                    allowed: explanation.decision.isAllowed, subject: input.name(of: caller), verb: input.permission.verb.rawValue,
                    resource: input.permission.resource.description,
                    grants: call.authorizer.matches(caller, input.permission).map {
                        GrantBody($0, input.permission, call.authorizer)
                    },
                    explanation: explanation.lines.joined(separator: "\n"), capturedFor: Self.captured(caller, input.permission, call),
                    policyGeneration: call.authorizer.policy.generation)),
            recorded: .counted)
    }
}

extension ExplainHandler {
    private static func captured(_ caller: Caller, _ permission: Permission, _ call: Call) -> [String]? {
        guard permission.verb == .inferenceInvoke, case .model(let name) = permission.resource else { return nil }
        let recipients = call.authorizer.captureRecipients(caller, [name])
        return recipients.isEmpty ? nil : recipients.map(\.shown)
    }
}

/// `POST /holdfast/v1/access/who-can`.
struct WhoCanHandler: OperationHandler {
    let operation = HoldfastAPI.Operation.accessWhoCan
    let tokens: TokenBook

    func read(_ request: Request, _ parameters: Parameters) async throws -> AccessQuestion {
        try await AccessQuestion.read(request, takesSubject: false)
    }

    func resources(of input: AccessQuestion) -> [Resource] { [.node] }

    func handle(_ input: AccessQuestion, _ call: Call) async throws -> Answer {
        Answer(
            try .json(
                WhoCanAnswerBody(
                    verb: input.permission.verb.rawValue, resource: input.permission.resource.description,
                    grants: call.authorizer.whoCan(input.permission, holders: tokens.holders).map {
                        GrantBody($0, input.permission, call.authorizer)
                    },
                    policyGeneration: call.authorizer.policy.generation)),
            recorded: .counted)
    }
}

extension GrantBody {
    /// Limits are on using models, so only that shows them.
    init(_ grant: Grant, _ permission: Permission, _ authorizer: Authorizer) {
        self.init(
            subject: grant.subject, role: grant.role, rule: grant.rule.description, resource: grant.resource,
            binding: grant.binding.description,
            limits: permission.verb == .inferenceInvoke ? authorizer.limits(of: grant).map(LimitedBody.init) : nil)
    }
}

extension LimitedBody {
    init(_ limits: Limits) { self.init(limits: limits.description, location: limits.location.description) }
}
