/// A named set of rules. A role allows what any of its rules allows; there is no rule that denies.
public struct Role: Hashable, Sendable {
    public let name: String
    public let description: String?
    public let rules: [Rule]
    /// To whom prompts and answers of those who hold the role are captured; nil: they are not.
    public let capture: Capture?
    public let location: SourceLocation

    /// Lower-case letters, digits and hyphens, a letter first, at most 63.
    static func isName(_ text: String) -> Bool {
        guard let first = text.utf8.first, (97...122).contains(first), text.utf8.count <= 63 else { return false }
        return text.utf8.allSatisfy { (97...122).contains($0) || (48...57).contains($0) || $0 == UInt8(ascii: "-") }
    }
}

/// `capture: {recipient: NAME}` of a role.
public struct Capture: Hashable, Sendable {
    public let recipient: String
    let location: SourceLocation
}

/// Verbs on resources. A verb counts only on resources of its own kind.
public struct Rule: Hashable, Sendable {
    let verbSet: VerbSet
    public let resources: [ResourcePattern]
    public let location: SourceLocation

    /// Wildcards expanded, in the vocabulary's order.
    public var verbs: [Verb] { verbSet.verbs }
}

/// A role and who holds it.
public struct Binding: Hashable, Sendable {
    public struct Entry: Hashable, Sendable {
        public let subject: Subject
        public let location: SourceLocation
    }

    public let role: String
    public let subjects: [Entry]
    /// Of each of its callers, when they use models; nil for none.
    public let limits: Limits?
    /// How urgent its subjects' requests may be; nil for `normal`.
    public let priority: RequestPriority?
    public let location: SourceLocation
    /// Where the role is named, for the message when there is none of that name.
    let roleLocation: SourceLocation

    init(
        role: String, subjects: [Entry], limits: Limits? = nil, priority: RequestPriority? = nil, location: SourceLocation,
        roleLocation: SourceLocation
    ) {
        self.role = role
        self.subjects = subjects
        self.limits = limits
        self.priority = priority
        self.location = location
        self.roleLocation = roleLocation
    }
}
