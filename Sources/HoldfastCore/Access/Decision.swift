/// What the policy says to one caller's wish.
public enum Decision: Hashable, Sendable {
    case allowed(Grant)
    case denied(Denial)

    public var isAllowed: Bool {
        if case .allowed = self { true } else { false }
    }
}

/// Why something is allowed: the first binding, in file order, whose role has a rule for it, and the first such rule.
public struct Grant: Hashable, Sendable {
    public let role: String
    public let rule: SourceLocation
    /// The resource pattern that fits, as written.
    public let resource: String
    public let binding: SourceLocation
    /// The subject of the binding that the caller is, as written: `group:apps`.
    public let subject: String

    public init(role: String, rule: SourceLocation, resource: String, binding: SourceLocation, subject: String) {
        self.role = role
        self.rule = rule
        self.resource = resource
        self.binding = binding
        self.subject = subject
    }
}

extension Grant {
    init(_ held: HeldRole, _ entry: GrantTable.Entry) {
        self.init(role: held.role, rule: entry.rule, resource: entry.pattern.text, binding: held.binding, subject: held.subject)
    }
}

/// Why something is denied. Allow-only policies have one reason: no rule grants it. The two kinds decide what the caller is told.
public enum Denial: Hashable, Sendable {
    /// No role of the caller grants the verb on anything: status 403.
    case noVerb
    /// A role grants the verb, but not on this resource: status 404, in the form that a resource which does not exist also has.
    case notThisResource
    /// The kernel could not say who the caller is: status 403.
    case unknownCaller
    /// A role grants the verb, but the caller, by another of its ids, may also write policy: status 403.
    case notBoth

    /// The error to answer with. It says nothing about whether the resource exists.
    public func error(for permission: Permission, by caller: Caller) -> HoldfastError {
        switch (self, permission.resource) {
        case (.notThisResource, .model(let name)): .notFoundOrNoAccess(name)
        case (.unknownCaller, _), (.noVerb, _), (.notBoth, _), (.notThisResource, .node): error(permission.verb, by: caller)
        }
    }

    /// The same where the verb is refused whatever it is asked on. The hint is for whoever the caller will turn to: a caller without any
    /// role cannot reach admin.sock.
    public func error(_ verb: Verb, by caller: Caller) -> HoldfastError {
        guard self != .unknownCaller else {
            return HoldfastError(
                .accessDenied, "The system could not say which user this is, so nothing is allowed.",
                hint: "call from the node's own user namespace")
        }
        guard self != .notBoth else {
            return HoldfastError(
                .accessDenied, "Who may write policy (access:write) may not remove records, and \(caller.shown) holds roles for both.",
                hint: "holdfast access whoami shows the roles and their bindings")
        }
        return HoldfastError(
            .accessDenied, "This needs \(verb.rawValue), which none of the roles of \(caller.shown) grants.",
            hint:
                "ask an administrator, who can look with: holdfast access can \(verb.rawValue) \(verb.resourceKind == .node ? "node" : "model:NAME") --as \(caller.tenant)"
        )
    }
}

extension HoldfastError {
    /// The one form of "no": for a model that is not there and for one that the caller may not know of.
    public static func notFoundOrNoAccess(_ name: ModelName) -> HoldfastError {
        HoldfastError(
            .modelNotFound, "The model '\(name)' does not exist or you do not have access to it.",
            hint: "holdfast model list shows the models you may read")
    }
}

/// A role a caller holds, and why.
public struct HeldRole: Hashable, Sendable {
    public let role: String
    public let binding: SourceLocation
    public let subject: String
}
