/// One way in which a caller may use a model: the binding that lets it, and how much.
public struct Allowance: Hashable, Sendable {
    public let grant: Grant
    /// Nil: as much as it likes.
    public let limits: Limits?
    /// What is used is counted for each caller by this: role and subject of the binding, so that a count outlives an edit of the files.
    public let account: String
}

extension Authorizer {
    /// Every binding through which the caller may do it, each once, in the order in which they decide. Empty when it is denied.
    ///
    /// Each is an allowance of its own: a caller may go on as long as one of them has room, so that adding a binding never takes anything away.
    public func allowances(_ caller: Caller, _ permission: Permission) -> [Allowance] {
        guard case .allowed(let first) = decide(caller, permission) else { return [] }
        var seen: Set<[String]> = []
        let found = held(by: caller).flatMap { grants in
            grants.held.compactMap { held in grants.entry(held.role.role, permission).map { (held, $0) } }
        }
        let allowances = found.sorted { $0.0.order < $1.0.order }.compactMap { held, entry -> Allowance? in
            guard seen.insert([held.role.role, held.role.binding.exact]).inserted else { return nil }
            return Allowance(
                grant: Grant(held.role, entry), limits: held.limits, account: held.account)
        }
        return allowances.isEmpty ? [Allowance(grant: first, limits: nil, account: "")] : allowances
    }

    /// The limits that hold for the caller; empty when one of its bindings has none.
    public func limits(_ caller: Caller, _ permission: Permission) -> [Allowance] {
        let allowances = policy.hasLimits && permission.verb == .inferenceInvoke ? allowances(caller, permission) : []
        return allowances.allSatisfy { $0.limits != nil } ? allowances : []
    }

    /// The limits of the binding that grants.
    public func limits(of grant: Grant) -> Limits? {
        policy.bindings.first { $0.role == grant.role && $0.location == grant.binding }?.limits
    }

    /// Whether the hours of limits, if they have any, are open at a moment, and when they are next if not. Seconds since 1970.
    public func opening(of limits: Limits, at seconds: Int64) -> (isOpen: Bool, next: Int64?) {
        guard let hours = limits.hours else { return (true, nil) }
        guard let zone = limits.zone.flatMap({ policy.zones[$0] }) else { return (false, nil) }
        guard !hours.isOpen(at: seconds, in: zone) else { return (true, nil) }
        return (false, hours.nextOpening(after: seconds, in: zone))
    }

    /// Every limited binding of the policy, with the account of each of its subjects.
    public var limitedBindings: [(binding: Binding, accounts: [String])] {
        var result: [(binding: Binding, accounts: [String])] = []
        var names = AccountNames()
        for binding in policy.bindings {
            let accounts = binding.subjects.map { names.next(binding.role, $0.subject) }
            if binding.limits != nil { result.append((binding, accounts)) }
        }
        return result
    }

    /// The accounts of the limited bindings that a caller holds.
    public func limitedAccounts(of caller: Caller) -> Set<String> {
        Set(held(by: caller).flatMap(\.held).filter { $0.limits != nil }.map(\.account))
    }
}

extension Authorizer.Grants {
    /// The first rule of one of the roles that fits.
    fileprivate func entry(_ role: String, _ permission: Permission) -> GrantTable.Entry? {
        table.entries.first {
            distinct[$0.role].role.role == role && $0.verbs.contains(permission.verb) && $0.pattern.matches(permission.resource)
        }
    }
}

/// `kiosk user:kiosk`; a second binding of the same role to the same subject is `kiosk user:kiosk #2`.
struct AccountNames {
    private var counts: [String: Int] = [:]

    mutating func next(_ role: String, _ subject: Subject) -> String {
        let name = "\(role) \(subject)"
        counts[name, default: 0] += 1
        let count = counts[name] ?? 1
        return count == 1 ? name : "\(name) #\(count)"
    }
}
