/// What no policy may bring about, however well it is written. Asked before one is put in force; one that already rules goes on ruling when
/// the machine's users change under it.
public enum PolicyGuard {
    /// - Throws: ``HoldfastError`` `policy_invalid`; its cause is ``PolicyProblems``.
    public static func check(_ policy: Policy, resolver: NameResolver) throws {
        let problems = problems(of: policy, resolver: resolver)
        guard problems.isEmpty else { throw PolicyProblems.error(problems) }
    }

    public static func problems(of policy: Policy, resolver: NameResolver) -> [PolicyProblem] {
        [lockout(policy)].compactMap { $0 } + separation(policy, resolver: resolver) + zones(policy)
    }

    /// Limits on the clock of a zone that this machine does not know. Where one goes later, its hours are never open.
    public static func zones(_ policy: Policy) -> [PolicyProblem] {
        policy.bindings.compactMap(\.limits).compactMap { limits in
            guard let zone = limits.zone, policy.zones[zone] == nil else { return nil }
            return PolicyProblem(
                at: limits.zoneLocation ?? limits.location,
                "there is no time zone '\(zone)' on this machine, so the binding's hours are never open; names are those of "
                    + "/usr/share/zoneinfo (package tzdata), such as Europe/Berlin or UTC")
        }
    }

    /// A policy under which nobody could write the next one.
    public static func lockout(_ policy: Policy) -> PolicyProblem? {
        // Only the kernel's ids reach admin.sock, and with it policy.
        guard !holders(of: .accessWrite, policy).contains(where: { $0.principal.id != nil }) else { return nil }
        let location = policy.dropsBuiltInBindings ?? SourceLocation(file: policy.sources.first?.name ?? "policies")
        return PolicyProblem(
            at: location,
            "nobody on this machine could change the policy any more: no binding gives access:write (as the role security-admin does) "
                + "to a user or group that exists")
    }

    /// Subjects that would both write policy and prune the audit trail or erase content of it: by one id, or by a user and a group that this machine puts it in.
    /// Processes in other groups are met when they ask: then they may not prune.
    public static func separation(_ policy: Policy, resolver: NameResolver) -> [PolicyProblem] {
        let writers = holders(of: .accessWrite, policy)
        var problems: [PolicyProblem] = []
        // A binding that gives both verbs is one mistake.
        var seen: Set<[String]> = []
        for (verb, pruner) in Verb.removingRecords.flatMap({ verb in holders(of: verb, policy).map { (verb, $0) } }) {
            guard let writer = writers.first(where: { isOne($0.principal, pruner.principal, resolver) }),
                seen.insert([pruner.subject.description, pruner.binding.description]).inserted
            else { continue }
            let who = writer.subject == pruner.subject ? "\(pruner.subject)" : "\(pruner.subject) is also \(writer.subject) and"
            problems.append(
                PolicyProblem(
                    at: pruner.binding,
                    "\(who) would hold both access:write (role \(writer.role), binding \(writer.binding)) and \(verb.rawValue) (role "
                        + "\(pruner.role), binding \(pruner.binding)); nobody who decides who may do what may remove the record of it"))
        }
        return problems
    }

    private struct Holder {
        let principal: Principal
        let subject: Subject
        let role: String
        let binding: SourceLocation
    }

    private static func holders(of verb: Verb, _ policy: Policy) -> [Holder] {
        let granting = Set(
            policy.roles.filter { role in
                role.rules.contains { $0.verbs.contains(verb) && $0.resources.contains { $0.matches(.node) } }
            }.map(\.name))
        return policy.bindings.filter { granting.contains($0.role) }.flatMap { binding in
            binding.subjects.compactMap { entry in
                // What has no id of the kernel's cannot reach admin.sock, whatever it is bound to.
                policy.principals[entry.subject].flatMap { $0.id == nil ? nil : $0 }.map {
                    Holder(principal: $0, subject: entry.subject, role: binding.role, binding: binding.location)
                }
            }
        }
    }

    private static func isOne(_ left: Principal, _ right: Principal, _ resolver: NameResolver) -> Bool {
        switch (left, right) {
        case (.uid(let user), .gid(let group)), (.gid(let group), .uid(let user)): resolver.groups(user).contains(group)
        default: left == right
        }
    }
}
