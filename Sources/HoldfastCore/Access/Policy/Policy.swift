/// All policies of a node, merged, with names resolved: what an ``Authorizer`` decides by. Made by a ``PolicyLoader``.
public struct Policy: Sendable {
    /// Counts the policies this node has put in force; in every audit record.
    public private(set) var generation: Int
    /// Of the files, see ``PolicySource``; the built-in roles are not part of it.
    public let digest: SHA256Digest
    public let sources: [PolicySource]
    /// Built-in ones first, then in order of file and line.
    public let roles: [Role]
    /// Built-in ones first, then in order of file and line: the first that grants is the one that is named.
    public let bindings: [Binding]
    /// To whom roles may capture; in order of file and line.
    public let recipients: [CaptureRecipient]
    /// What is valid and does nothing, as a binding to a user who does not exist.
    public let warnings: [PolicyProblem]
    /// Where a file says `built_in_bindings: false`.
    public let dropsBuiltInBindings: SourceLocation?
    /// What the subjects of `bindings` came to on this machine.
    let principals: [Subject: Principal]
    /// What the zones of `limits` came to on this machine, by name.
    let zones: [String: TimeZoneRules]

    /// Whether any binding has limits.
    public var hasLimits: Bool { bindings.contains { $0.limits != nil } }

    /// The same policy under the number it was stored by.
    public func numbered(_ generation: Int) -> Policy {
        var policy = self
        policy.generation = generation
        return policy
    }

    public func role(named name: String) -> Role? { roles.first { $0.name == name } }
}
