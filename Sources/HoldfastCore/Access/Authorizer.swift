/// Decides. Everything a policy says is laid out beforehand, so that a decision takes about a microsecond and asks nothing of the system.
public struct Authorizer: Sendable {
    /// What a uid or gid was given: its bindings in order, and a table over the distinct roles of these.
    struct Grants: Sendable {
        struct Held: Sendable {
            /// Of the binding and its subject among all of the policy.
            let order: Int
            let role: HeldRole
            var limits: Limits?
            var account = ""
            var priority: RequestPriority?
        }
        let held: [Held]
        /// The first binding to each role, in the table's order of roles.
        let distinct: [Held]
        let table: GrantTable
    }

    public let policy: Policy
    private let grants: [Principal: Grants]
    /// Of each role, for callers who hold one by a token of theirs and not by a binding.
    private let roleTables: [String: GrantTable]
    private let hasPriorities: Bool

    public init(_ policy: Policy) {
        self.policy = policy
        hasPriorities = policy.bindings.contains { $0.priority != nil }
        (grants, roleTables) = Self.compile(policy)
    }

    /// Whether the caller may do it.
    public func decide(_ caller: Caller, _ permission: Permission) -> Decision {
        decide(caller, permission.verb) { $0.first(permission.verb, on: permission.resource) }
    }

    /// Whether the caller may use the verb on anything: for lists, which then show what ``filter(_:_:)`` lets through.
    public func mayAnything(_ caller: Caller, _ verb: Verb) -> Decision {
        decide(caller, verb) { $0.first(verb) }
    }

    /// The models on which the caller may use the verb.
    public func filter(_ caller: Caller, _ verb: Verb) -> ModelFilter {
        ModelFilter(verb: verb, tables: held(by: caller).map(\.table).filter { $0.first(verb) != nil })
    }

    /// How urgent the caller's requests to a model may be: the highest of all bindings that let it use the model, where one that does not say
    /// gives `normal`.
    public func priority(of caller: Caller, on model: ModelName) -> RequestPriority {
        guard hasPriorities else { return .normal }
        let given = held(by: caller).flatMap(\.held).filter { held in
            roleTables[held.role.role]?.contains(.inferenceInvoke, on: model) == true
        }
        return given.map { $0.priority ?? .normal }.max() ?? .normal
    }

    /// Every role the caller holds, once for each binding, in the order in which they decide.
    public func roles(of caller: Caller) -> [HeldRole] {
        held(by: caller).flatMap(\.held).sorted { $0.order < $1.order }.map(\.role)
            .reduce(into: []) { if $0.last != $1 { $0.append($1) } }
    }

    private func decide(_ caller: Caller, _ verb: Verb, find: (GrantTable) -> GrantTable.Entry?) -> Decision {
        guard caller.uid != Caller.overflowID else { return .denied(.unknownCaller) }
        switch byBindings(caller, verb, find: find) {
        case .denied where RootRecovery.applies(to: caller, verb): return .allowed(RootRecovery.grant)
        // A policy in which one subject holds both is never put in force; one caller's uid and groups together still may.
        case .allowed where Verb.removingRecords.contains(verb) && byBindings(caller, .accessWrite) { $0.first(.accessWrite) }.isAllowed:
            return .denied(.notBoth)
        case let decision: return decision
        }
    }

    private func byBindings(_ caller: Caller, _ verb: Verb, find: (GrantTable) -> GrantTable.Entry?) -> Decision {
        var best: (held: Grants.Held, entry: GrantTable.Entry)?
        var hasVerb = false
        func look(_ grants: Grants?) {
            guard let grants else { return }
            if let entry = find(grants.table) {
                let held = grants.distinct[entry.role]
                if best.map({ held.order < $0.held.order }) ?? true { best = (held, entry) }
            } else if best == nil, grants.table.first(verb) != nil {
                hasVerb = true
            }
        }
        look(grants[.uid(caller.uid)])
        for gid in caller.allGroups { look(grants[.gid(gid)]) }
        if let subject = caller.subject {
            if let principal = subject.principal { look(grants[principal]) }
            look(ownGrants(subject))
        }
        guard let best else { return .denied(hasVerb ? .notThisResource : .noVerb) }
        return .allowed(Grant(best.held.role, best.entry))
    }

    /// What an id was given.
    var allGrants: some Collection<Grants> { grants.values }

    func held(by caller: Caller) -> [Grants] {
        guard caller.uid != Caller.overflowID else { return [] }
        let principals = [.uid(caller.uid)] + caller.allGroups.map(Principal.gid) + [caller.subject?.principal].compactMap { $0 }
        return principals.compactMap { grants[$0] } + [caller.subject.flatMap(ownGrants)].compactMap { $0 }
    }

    /// What a token brings of its own: its role, while the policy has one of that name. Bindings are named before it, and one that gives
    /// `token:NAME` that very role stands in its place: so a token's role can be limited.
    func ownGrants(_ subject: NamedSubject) -> Grants? {
        guard let name = subject.ownRole, let table = roleTables[name] else { return nil }
        if let principal = subject.principal, let bound = grants[principal], bound.distinct.contains(where: { $0.role.role == name }) {
            return nil
        }
        let role = HeldRole(role: name, binding: SourceLocation(file: subject.description), subject: subject.description)
        let held = Grants.Held(order: .max, role: role)
        return Grants(held: [held], distinct: [held], table: table)
    }

    private static func compile(_ policy: Policy) -> ([Principal: Grants], roleTables: [String: GrantTable]) {
        let roles = Dictionary(policy.roles.map { ($0.name, $0) }) { first, _ in first }
        var held: [Principal: [Grants.Held]] = [:]
        var order = 0
        var accounts = AccountNames()
        for binding in policy.bindings {
            for entry in binding.subjects {
                order += 1
                let account = accounts.next(binding.role, entry.subject)
                guard let principal = policy.principals[entry.subject] else { continue }
                let role = HeldRole(role: binding.role, binding: binding.location, subject: entry.subject.description)
                held[principal, default: []].append(
                    Grants.Held(order: order, role: role, limits: binding.limits, account: account, priority: binding.priority))
            }
        }
        // Subjects with the same roles share a table.
        var tables: [[String]: GrantTable] = [:]
        let grants = held.mapValues { held in
            var seen: Set<String> = []
            let distinct = held.filter { seen.insert($0.role.role).inserted }
            let names = distinct.map(\.role.role)
            let table = tables[names] ?? GrantTable(names.compactMap { roles[$0] })
            tables[names] = table
            return Grants(held: held, distinct: distinct, table: table)
        }
        return (grants, roles.mapValues { tables[[$0.name]] ?? GrantTable([$0]) })
    }
}
