extension Authorizer {
    /// Every rule that allows it, by every binding through which the caller holds its role; the first is the one ``decide(_:_:)`` names.
    /// Empty when it is denied.
    public func matches(_ caller: Caller, _ permission: Permission) -> [Grant] {
        guard case .allowed(let first) = decide(caller, permission) else { return [] }
        let grants = Self.ordered(held(by: caller).flatMap { Self.matches(in: $0, permission) })
        return grants.isEmpty ? [first] : grants
    }

    /// Everybody the policy allows it to, by every rule that does: each subject of each binding, with the rule. Names that this machine does
    /// not know are not among them.
    /// - Parameter holders: those whose role no binding gives.
    public func whoCan(_ permission: Permission, holders: [NamedSubject] = []) -> [Grant] {
        let own = holders.compactMap(ownGrants)
        let grants = Self.ordered((Array(allGrants) + own).flatMap { Self.matches(in: $0, permission) })
        return permission == Permission(.accessWrite, on: .node) ? grants + [RootRecovery.grant] : grants
    }

    private struct Match {
        let order: Int
        let position: Int
        let grant: Grant
    }

    private static func ordered(_ matches: [Match]) -> [Grant] {
        var seen: Set<Grant> = []
        return matches.sorted { ($0.order, $0.position) < ($1.order, $1.position) }.map(\.grant).filter { seen.insert($0).inserted }
    }

    /// What of one id's grants fits. A rule is named once, by the first of its patterns that fits.
    private static func matches(in grants: Grants, _ permission: Permission) -> [Match] {
        guard permission.verb.resourceKind == permission.resource.kind else { return [] }
        var seen: Set<SourceLocation> = []
        let entries = grants.table.entries.enumerated().filter { _, entry in
            entry.verbs.contains(permission.verb) && entry.pattern.matches(permission.resource) && seen.insert(entry.rule).inserted
        }
        return entries.flatMap { position, entry in
            let role = grants.distinct[entry.role].role.role
            return grants.held.filter { $0.role.role == role }
                .map { Match(order: $0.order, position: position, grant: Grant($0.role, entry)) }
        }
    }
}
