/// One way in which something is allowed: a rule, and the binding through which a subject has it.
public struct GrantBody: Codable, Sendable {
    public var subject: String
    public var role: String
    /// `file:line`
    public var rule: String
    /// The pattern of the rule that fits.
    public var resource: String
    /// `file:line`
    public var binding: String
    /// Of the binding, where it has any.
    public var limits: LimitedBody?

    public init(subject: String, role: String, rule: String, resource: String, binding: String, limits: LimitedBody?) {
        self.limits = limits
        self.subject = subject
        self.role = role
        self.rule = rule
        self.resource = resource
        self.binding = binding
    }
}

/// The answer of `POST /holdfast/v1/access/explain` and `/explain-as`, which take a ``CanBody``.
public struct ExplainAnswerBody: Codable, Sendable {
    public var allowed: Bool
    public var subject: String
    public var verb: String
    public var resource: String
    /// Every rule that allows it; the first is the one that audit records name.
    public var grants: [GrantBody]
    /// For people: what decides, or why nothing allows it.
    public var explanation: String
    /// To whom prompts and answers are captured, by name and key; nil where nothing is.
    public var capturedFor: [String]?
    public var policyGeneration: Int

    public init(
        allowed: Bool, subject: String, verb: String, resource: String, grants: [GrantBody], explanation: String,
        capturedFor: [String]? = nil, policyGeneration: Int
    ) {
        self.allowed = allowed
        self.subject = subject
        self.verb = verb
        self.resource = resource
        self.grants = grants
        self.explanation = explanation
        self.capturedFor = capturedFor
        self.policyGeneration = policyGeneration
    }

    enum CodingKeys: String, CodingKey {
        case allowed, subject, verb, resource, grants, explanation
        case capturedFor = "captured_for"
        case policyGeneration = "policy_generation"
    }
}

/// The answer of `POST /holdfast/v1/access/who-can`, which takes a ``CanBody`` without a subject.
public struct WhoCanAnswerBody: Codable, Sendable {
    public var verb: String
    public var resource: String
    /// In the order in which bindings decide.
    public var grants: [GrantBody]
    public var policyGeneration: Int

    public init(verb: String, resource: String, grants: [GrantBody], policyGeneration: Int) {
        self.verb = verb
        self.resource = resource
        self.grants = grants
        self.policyGeneration = policyGeneration
    }

    enum CodingKeys: String, CodingKey {
        case verb, resource, grants
        case policyGeneration = "policy_generation"
    }
}
