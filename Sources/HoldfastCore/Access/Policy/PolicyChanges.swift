/// What one policy has that another has not, wherever in its files it stands.
public struct PolicyChanges: Hashable, Sendable {
    /// `uid:1001 → user`: a subject and the role a binding gives it.
    public struct Link: Hashable, Sendable {
        public let role: String
        public let subject: String
        /// Of the binding, in the policy that has it.
        public let location: SourceLocation
    }

    public let addedRoles: [String]
    public let removedRoles: [String]
    /// Of the same name, with other rules or another capture.
    public let changedRoles: [String]
    public let addedBindings: [Link]
    public let removedBindings: [Link]
    /// In both, with other limits or another priority.
    public let changedLimits: [Link]

    public init(from old: Policy, to new: Policy) {
        let (before, after) = (Self.rules(old), Self.rules(new))
        addedRoles = after.keys.filter { before[$0] == nil }.sorted()
        removedRoles = before.keys.filter { after[$0] == nil }.sorted()
        changedRoles = after.keys.filter { name in before[name].map { $0 != after[name] } ?? false }.sorted()
        let (had, has) = (Self.links(old), Self.links(new))
        addedBindings = Self.missing(has, in: had)
        removedBindings = Self.missing(had, in: has)
        let (oldLimits, newLimits) = (Self.limits(old), Self.limits(new))
        var seen: Set<[String]> = []
        changedLimits = has.filter { link in
            let key = [link.role, link.subject]
            guard let before = oldLimits[key], before != newLimits[key] else { return false }
            return seen.insert(key).inserted
        }
    }

    private struct RuleText: Hashable {
        let verbs: VerbSet
        let resources: [String]
    }

    private struct RoleText: Hashable {
        let rules: [RuleText]
        /// The recipient's name and key: a new key is a change of the role.
        let capture: String?
    }

    private static func rules(_ policy: Policy) -> [String: RoleText] {
        Dictionary(
            policy.roles.map { role in
                let rules = role.rules.map { RuleText(verbs: $0.verbSet, resources: $0.resources.map(\.text)) }
                return (role.name, RoleText(rules: rules, capture: policy.recipients.first { $0.name == role.capture?.recipient }?.shown))
            }
        ) { first, _ in first }
    }

    private static func links(_ policy: Policy) -> [Link] {
        policy.bindings.flatMap { binding in
            binding.subjects.map { Link(role: binding.role, subject: $0.subject.description, location: binding.location) }
        }
    }

    /// Of each role and subject the limits of all bindings that give it, in their order; a binding without is an empty text.
    private static func limits(_ policy: Policy) -> [[String]: [String]] {
        var limits: [[String]: [String]] = [:]
        for binding in policy.bindings {
            for entry in binding.subjects {
                limits[[binding.role, entry.subject.description], default: []].append(
                    (binding.limits?.description ?? "") + (binding.priority.map { " \($0.rawValue)" } ?? ""))
            }
        }
        return limits
    }

    private static func missing(_ links: [Link], in others: [Link]) -> [Link] {
        var seen = Set(others.map { [$0.role, $0.subject] })
        return links.filter { seen.insert([$0.role, $0.subject]).inserted }
    }
}
