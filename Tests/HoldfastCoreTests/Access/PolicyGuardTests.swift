import HoldfastCore
import Testing

@Suite("What no policy may bring about")
struct PolicyGuardTests {
    static let resolver = NameResolver(
        user: { ["kiosk": 1001, "alice": 1005][$0] }, group: { ["apps": 2000, "admins": 2005][$0] },
        groups: { $0 == 1005 ? [100, 2005] : [] })

    static func problems(_ text: String, startedBy: BuiltInBindings = .none) throws -> [String] {
        let loader = PolicyLoader(builtInBindings: startedBy, resolver: resolver)
        let policy = try loader.load([PolicySource(name: "/p/a.yaml", text: "version: 1\n" + text)], generation: 1)
        return PolicyGuard.problems(of: policy, resolver: resolver).map(\.description)
    }

    @Test(
        "nobody left to write policy is refused",
        arguments: [
            "", "bindings: [{role: auditor, subjects: [uid:1]}]", "bindings: [{role: security-admin, subjects: [user:gone]}]",
            "bindings: [{role: security-admin, subjects: [token:a]}]",
            "roles: {r: {allow: [{verbs: [\"*\"], resources: [\"model:*\"]}]}}\nbindings: [{role: r, subjects: [uid:1]}]",
        ])
    func lockout(text: String) throws {
        let problems = try Self.problems(text)
        #expect(problems.count == 1 && problems.allSatisfy { $0.contains("nobody on this machine could change the policy") }, "\(problems)")
    }

    @Test(
        "somebody left is enough",
        arguments: [
            "bindings: [{role: security-admin, subjects: [user:gone, gid:7]}]",
            "roles: {r: {allow: [{verbs: [\"access:*\"], resources: [\"*\"]}]}}\nbindings: [{role: r, subjects: [user:kiosk]}]",
        ])
    func noLockout(text: String) throws {
        #expect(try Self.problems(text) == [])
    }

    @Test("the built-in bindings count, until a file drops them, and then its line is named")
    func dropped() throws {
        #expect(try Self.problems("", startedBy: .startedBy(uid: 5)) == [])
        #expect(try Self.problems("built_in_bindings: true", startedBy: .startedBy(uid: 5)) == [])
        let problems = try Self.problems("built_in_bindings: false", startedBy: .startedBy(uid: 5))
        #expect(problems.first?.hasPrefix("/p/a.yaml:2:20: ") == true, "\(problems)")
        #expect(
            try Self.problems(
                "built_in_bindings: false\nbindings: [{role: security-admin, subjects: [uid:9]}]", startedBy: .startedBy(uid: 5)) == [])
    }

    @Test("dropped bindings give nothing")
    func dropDecides() throws {
        let keep = try Sample.policy("version: 1\n", startedBy: .startedBy(uid: 5))
        let drop = try Sample.policy("version: 1\n", "version: 1\nbuilt_in_bindings: false\n", startedBy: .startedBy(uid: 5))
        #expect(Authorizer(keep).roles(of: Sample.caller(5)).count == BuiltInRoles.names.count - 1, "all but records-officer")
        #expect(Authorizer(drop).roles(of: Sample.caller(5)).isEmpty)
        #expect(drop.dropsBuiltInBindings?.exact == "/p/1.yaml:2:20")
    }

    @Test("only true and false are read", arguments: ["no", "\"false\"", "0", "[]", "False"])
    func truth(text: String) {
        #expect(Sample.problems(["version: 1\nbuilt_in_bindings: \(text)\n"]).map(\.location.exact) == ["0.yaml:2:20"])
    }

    @Test(
        "one subject with both is refused, with both bindings' lines, however the two come to be one",
        arguments: [
            ("uid:1001", "uid:1001"), ("user:kiosk", "uid:1001"), ("uid:1001", "user:kiosk"), ("group:apps", "gid:2000"),
            ("user:alice", "group:admins"), ("gid:2005", "uid:1005"),
        ])
    func separation(writer: String, pruner: String) throws {
        let problems = try Self.problems(
            "bindings:\n  - {role: security-admin, subjects: [\(writer)]}\n  - {role: records-officer, subjects: [uid:5, \(pruner)]}\n")
        try #require(problems.count == 1, "\(problems)")
        #expect(problems[0].hasPrefix("/p/a.yaml:4:5: \(pruner) "))
        #expect(problems[0].contains("binding /p/a.yaml:3)") && problems[0].contains("binding /p/a.yaml:4)"), "\(problems)")
    }

    @Test("one role with both, and one built in beside one of a file, are refused too")
    func separationOfRoles() throws {
        let all = try Self.problems(
            "roles: {r: {allow: [{verbs: [\"*\"], resources: [\"*\"]}]}}\nbindings: [{role: r, subjects: [uid:1]}]")
        #expect(all.count == 1 && all[0].contains("would hold both"))
        let builtIn = try Self.problems("bindings: [{role: records-officer, subjects: [uid:5]}]", startedBy: .startedBy(uid: 5))
        #expect(builtIn.count == 1 && builtIn[0].contains("binding built-in:started-by)") && builtIn[0].contains("binding /p/a.yaml:2)"))
        #expect(try Self.problems("bindings: [{role: records-officer, subjects: [uid:6]}]", startedBy: .startedBy(uid: 5)) == [])
    }

    @Test("a caller that holds both by ids this machine does not join may not prune, and is told why")
    func separationOfCallers() throws {
        let authorizer = Authorizer(
            try Sample.policy(
                "version: 1\nbindings:\n  - {role: security-admin, subjects: [gid:7]}\n  - {role: records-officer, subjects: [uid:5]}\n"))
        let prune = Permission(.auditPrune, on: .node)
        #expect(authorizer.decide(Sample.caller(5), prune).isAllowed)
        let both = Sample.caller(5, groups: [7])
        #expect(authorizer.decide(Sample.caller(5), Permission(.auditForget, on: .node)).isAllowed)
        #expect(authorizer.decide(both, Permission(.auditForget, on: .node)) == .denied(.notBoth))
        #expect(authorizer.decide(both, prune) == .denied(.notBoth))
        #expect(authorizer.mayAnything(both, .auditPrune) == .denied(.notBoth))
        #expect(authorizer.decide(both, Permission(.accessWrite, on: .node)).isAllowed)
        #expect(authorizer.decide(both, Permission(.nodeRead, on: .node)).isAllowed)
        #expect(authorizer.explain(both, prune).description.contains("may also write policy"))
        #expect(authorizer.matches(both, prune).isEmpty)
        #expect(Denial.notBoth.error(for: prune, by: both).code == .accessDenied)
    }

    @Test("root on admin.sock may always write policy, and nothing else by that")
    func recovery() throws {
        let authorizer = Authorizer(try Sample.policy("version: 1\n"))
        func caller(_ uid: UInt32, _ socket: SocketKind) -> Caller { Caller(uid: uid, gid: uid, pid: 1, groups: [], socket: socket) }
        let write = Permission(.accessWrite, on: .node)
        guard case .allowed(let grant) = authorizer.decide(caller(0, .admin), write) else {
            Issue.record("root was refused")
            return
        }
        #expect(RootRecovery.isUsed(by: grant) && grant.rule.description == "built-in:root-recovery")
        #expect(authorizer.matches(caller(0, .admin), write) == [grant] && authorizer.whoCan(write) == [grant])
        #expect(!authorizer.decide(caller(0, .api), write).isAllowed && !authorizer.decide(caller(1, .admin), write).isAllowed)
        for verb in Verb.allCases where verb != .accessWrite {
            #expect(!authorizer.mayAnything(caller(0, .admin), verb).isAllowed, "\(verb)")
        }
        let bound = Authorizer(try Sample.policy("version: 1\nbindings: [{role: security-admin, subjects: [uid:0]}]\n"))
        if case .allowed(let grant) = bound.decide(caller(0, .admin), write) { #expect(!RootRecovery.isUsed(by: grant)) }
    }
}
