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
    struct Input: Sendable {
        let permission: Permission
        /// Nil: the caller itself.
        let subject: Subject?
    }

    let operation: HoldfastAPI.Operation

    static let own = CanHandler(operation: .accessCan)
    static let another = CanHandler(operation: .accessCanAs)

    func read(_ request: Request, _ parameters: Parameters) async throws -> Input {
        let body = try RequestDecoding.decode(CanBody.self, from: await RequestBodyReader.collect(request))
        guard let verb = Verb(rawValue: body.verb) else {
            let nearest = Nearest.matches(for: body.verb, among: Verb.allCases.map(\.rawValue)).joined(separator: ", ")
            throw HoldfastError(
                .invalidRequest, "There is no verb '\(body.verb.prefix(60))'.\(nearest.isEmpty ? "" : " Nearest: \(nearest).")",
                hint: "policies/README.md lists every verb", field: "verb")
        }
        let resource = try Resource(parsing: body.resource)
        guard resource.kind == verb.resourceKind else {
            throw HoldfastError(
                .invalidRequest, "'\(verb.rawValue)' acts on \(verb.resourceKind == .node ? "the node" : "a model"), not on '\(resource)'.",
                hint: verb.resourceKind == .node
                    ? "holdfast access can \(verb.rawValue) node" : "holdfast access can \(verb.rawValue) model:NAME",
                field: "resource")
        }
        guard operation == .accessCanAs else { return Input(permission: Permission(verb, on: resource), subject: nil) }
        return Input(permission: Permission(verb, on: resource), subject: try Subject(parsing: body.subject ?? ""))
    }

    func resources(of input: Input) -> [Resource] { operation == .accessCanAs ? [.node] : [] }

    func handle(_ input: Input, _ call: Call) async throws -> Answer {
        let caller = try input.subject.map { try Self.caller(for: $0) } ?? call.caller
        let explanation = call.authorizer.explain(caller, input.permission)
        var grant: Grant?
        if case .allowed(let given) = explanation.decision { grant = given }
        return Answer(
            try .json(
                CanAnswerBody(
                    allowed: grant != nil, subject: input.subject?.description ?? "uid:\(caller.uid)", verb: input.permission.verb.rawValue,
                    resource: input.permission.resource.description, role: grant?.role, rule: grant?.rule.description,
                    binding: grant?.binding.description, explanation: explanation.lines.joined(separator: "\n"))),
            recorded: .counted)
    }

    /// A uid that no account has: stands for "somebody in this group".
    private static let somebody: UInt32 = .max - 2

    private static func caller(for subject: Subject) throws -> Caller {
        func make(_ uid: UInt32, _ user: SystemNames.User?) -> Caller {
            Caller(uid: uid, gid: user?.gid ?? Caller.overflowID, pid: 0, groups: user?.groups ?? [], socket: .admin)
        }
        func unknown(_ name: String) -> HoldfastError {
            HoldfastError(.invalidRequest, "This machine knows no '\(name)'.", hint: "getent passwd; getent group", field: "subject")
        }
        switch subject {
        case .uid(let uid): return make(uid, SystemNames.user(uid: uid))
        case .user(let name):
            guard let user = SystemNames.user(name) else { throw unknown(name) }
            return make(user.uid, user)
        case .gid(let gid): return Caller(uid: somebody, gid: gid, pid: 0, groups: [], socket: .admin)
        case .group(let name):
            guard let gid = SystemNames.group(name) else { throw unknown(name) }
            return Caller(uid: somebody, gid: gid, pid: 0, groups: [], socket: .admin)
        }
    }
}
