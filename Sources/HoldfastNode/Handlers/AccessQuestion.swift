import HoldfastAPI
import HoldfastCore
import HoldfastHTTP
import Hummingbird

/// What `access can`, `explain` and `who-can` are asked: may somebody do something?
struct AccessQuestion: Sendable {
    let permission: Permission
    /// Nil: the caller itself.
    let subject: Subject?

    /// - Parameter takesSubject: whether the operation asks for somebody else, and so must name them.
    static func read(_ request: Request, takesSubject: Bool) async throws -> AccessQuestion {
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
        return AccessQuestion(
            permission: Permission(verb, on: resource), subject: takesSubject ? try Subject(parsing: body.subject ?? "") : nil)
    }

    func caller(_ call: Call, _ tokens: TokenBook) throws -> Caller {
        try subject.map { try Self.caller(for: $0, tokens) } ?? call.caller
    }
    func name(of caller: Caller) -> String { subject?.description ?? caller.tenant }

    /// A uid that no account has: stands for "somebody in this group".
    private static let somebody: UInt32 = .max - 2

    static func caller(for subject: Subject, _ tokens: TokenBook) throws -> Caller {
        func make(_ uid: UInt32, _ user: SystemNames.Account?) -> Caller {
            Caller(uid: uid, gid: user?.gid ?? Caller.overflowID, pid: 0, groups: user?.groups ?? [], socket: .admin)
        }
        func unknown(_ name: String) -> HoldfastError {
            HoldfastError(.invalidRequest, "This machine knows no '\(name)'.", hint: "getent passwd; getent group", field: "subject")
        }
        switch subject {
        case .uid(let uid): return make(uid, SystemNames.account(uid: uid))
        case .user(let name):
            guard let user = SystemNames.account(named: name) else { throw unknown(name) }
            return make(user.uid, user)
        case .gid(let gid): return Caller(uid: somebody, gid: gid, pid: 0, groups: [], socket: .admin)
        case .group(let name):
            guard let gid = SystemNames.groupID(name) else { throw unknown(name) }
            return Caller(uid: somebody, gid: gid, pid: 0, groups: [], socket: .admin)
        case .app(let name): return Caller(.app(name), socket: .api)
        case .loopback: return Caller(.loopback, socket: .api)
        // Of a name without a token, what the policy binds to it: no role has the empty name.
        case .token(let name): return Caller(.token(name: name, role: tokens.role(ofToken: name) ?? ""), socket: .api)
        }
    }
}
