/// A decision in words, for `holdfast access can`.
public struct Explanation: Hashable, Sendable, CustomStringConvertible {
    public let decision: Decision
    /// What decides; when denied, what would have been needed and what the caller has instead.
    public let lines: [String]
    public var description: String { lines.joined(separator: "\n") }
}

extension Authorizer {
    /// Asks ``decide(_:_:)`` and says why.
    public func explain(_ caller: Caller, _ permission: Permission) -> Explanation {
        let decision = decide(caller, permission)
        switch decision {
        case .allowed(let grant):
            return Explanation(
                decision: decision,
                lines: ["allowed: role \(grant.role), rule \(grant.rule), binding \(grant.binding) (\(grant.subject))"]
                    + limits(caller, permission).compactMap { allowance in
                        allowance.limits.map { "limited: \($0), \($0.location)" }
                    })
        case .denied(let denial):
            return Explanation(decision: decision, lines: ["denied: \(why(denial, caller, permission))", rolesLine(of: caller)])
        }
    }

    private func why(_ denial: Denial, _ caller: Caller, _ permission: Permission) -> String {
        let verb = permission.verb
        guard denial != .unknownCaller else { return "the kernel could not say who the caller is (uid \(caller.uid))" }
        guard verb.resourceKind == permission.resource.kind else {
            return "\(verb.rawValue) acts on a \(verb.resourceKind.rawValue), which '\(permission.resource)' is not"
        }
        let none = "no role of \(caller.shown) grants \(verb.rawValue) on"
        switch denial {
        case .notBoth:
            return "\(verb.rawValue) is granted, but not to one who may also write policy (access:write), as \(caller.shown) may"
        case .noVerb, .unknownCaller: return verb.resourceKind == .model ? "\(none) any model" : "\(none) the node"
        case .notThisResource:
            let patterns = patterns(caller, verb)
            let shown = patterns.prefix(8).joined(separator: ", ") + (patterns.count > 8 ? " and \(patterns.count - 8) more" : "")
            return "\(none) \(permission.resource); it does on \(shown)"
        }
    }

    private func rolesLine(of caller: Caller) -> String {
        let roles = roles(of: caller).map { "\($0.role) (\($0.subject), \($0.binding))" }
        return roles.isEmpty ? "it holds no role" : "it holds \(roles.joined(separator: ", "))"
    }

    /// The patterns on which the caller may use the verb, each once.
    private func patterns(_ caller: Caller, _ verb: Verb) -> [String] {
        var seen: Set<String> = []
        return held(by: caller).flatMap(\.table.entries)
            .filter { $0.verbs.contains(verb) && $0.pattern.fits(verb.resourceKind) }
            .map(\.pattern.text).filter { seen.insert($0).inserted }
    }
}
