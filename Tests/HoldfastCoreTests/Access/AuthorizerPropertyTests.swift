import HoldfastCore
import Testing

@Suite("What holds for every policy")
struct AuthorizerPropertyTests {
    static let models = ["a", "ab", "abc", "a/b", "a/bc:x", "b", "ba:latest", "c:x", "kiosk-1", "kiosk-1:q4"]
    static let patterns = [
        "*", "model:*", "model:a*", "model:ab", "model:a/*", "model:*b*", "model:*:x", "model:?", "model:*b", "model:?b",
        "model:kiosk-*:q?",
    ]

    /// A random policy: a few roles, each bound to a few of uids 1 to 4 and gids 11 to 14.
    static func bindings(_ generator: inout SeededGenerator) -> (roles: String, bindings: [String]) {
        var roles = "version: 1\nroles:\n"
        let count = Int.random(in: 1...4, using: &generator)
        for role in 0..<count {
            roles += "  r\(role):\n    allow:\n"
            for _ in 0..<Int.random(in: 1...3, using: &generator) {
                let verbs = (0..<2).compactMap { _ in ["models:read", "inference:invoke", "models:*"].randomElement(using: &generator) }
                let resources = (0..<2).compactMap { _ in patterns.randomElement(using: &generator) }.map { "\"\($0)\"" }
                roles += "      - {verbs: [\(verbs.joined(separator: ", "))], resources: [\(resources.joined(separator: ", "))]}\n"
            }
        }
        let bindings = (0..<Int.random(in: 2...6, using: &generator)).map { _ in
            let subject =
                Bool.random(using: &generator)
                ? "uid:\(Int.random(in: 1...4, using: &generator))" : "gid:\(Int.random(in: 11...14, using: &generator))"
            return "  - {role: r\(Int.random(in: 0..<count, using: &generator)), subjects: [\(subject)]}\n"
        }
        return (roles, bindings)
    }

    static func caller(_ generator: inout SeededGenerator) -> Caller {
        let groups = (11...14).filter { _ in Int.random(in: 0..<3, using: &generator) == 0 }.map { UInt32($0) }
        return Sample.caller(UInt32.random(in: 1...5, using: &generator), groups: groups)
    }

    static func permissions() throws -> [Permission] {
        try Verb.allCases.flatMap { verb in
            verb.resourceKind == .node
                ? [Permission(verb, on: .node)] : try models.map { Permission(verb, on: try Sample.model($0)) }
        }
    }

    /// The meaning of a policy in the fewest words, to hold the compiled tables to.
    static func reference(_ policy: Policy, _ caller: Caller, _ permission: Permission) -> (rule: Int?, binding: Int?)? {
        for binding in policy.bindings {
            let isHeld = binding.subjects.contains { entry in
                switch entry.subject {
                case .uid(let id): id == caller.uid
                case .gid(let id): caller.allGroups.contains(id)
                default: false
                }
            }
            guard isHeld, let role = policy.role(named: binding.role) else { continue }
            for rule in role.rules where rule.verbs.contains(permission.verb) {
                if rule.resources.contains(where: { $0.matches(permission.resource) }) {
                    return (rule.location.line, binding.location.line)
                }
            }
        }
        return nil
    }

    /// Every rule, binding and subject that allows it.
    static func allReference(_ policy: Policy, _ caller: Caller, _ permission: Permission) -> Set<String> {
        let ids = ["uid:\(caller.uid)"] + caller.allGroups.map { "gid:\($0)" }
        var found: Set<String> = []
        for binding in policy.bindings {
            let rules = policy.role(named: binding.role)?.rules.filter { rule in
                rule.verbs.contains(permission.verb) && rule.resources.contains { $0.matches(permission.resource) }
            }
            for subject in binding.subjects.map(\.subject.description) where ids.contains(subject) {
                for rule in rules ?? [] { found.insert("\(rule.location) \(binding.location) \(subject)") }
            }
        }
        return found
    }

    @Test("decisions, their reasons, filters and explanations are those of the plain meaning", arguments: UInt64(0)..<20)
    func agreesWithReference(seed: UInt64) throws {
        var generator = SeededGenerator(state: seed)
        for _ in 0..<10 {
            let (roles, bindings) = Self.bindings(&generator)
            let policy = try Sample.policy(roles + "bindings:\n" + bindings.joined())
            let authorizer = Authorizer(policy)
            for _ in 0..<4 {
                let caller = Self.caller(&generator)
                for permission in try Self.permissions() {
                    let expected = Self.reference(policy, caller, permission)
                    let decision = authorizer.decide(caller, permission)
                    switch decision {
                    case .allowed(let grant):
                        #expect(grant.rule.line == expected?.rule)
                        #expect(grant.binding.line == expected?.binding)
                        #expect(authorizer.mayAnything(caller, permission.verb).isAllowed)
                    case .denied(let denial):
                        #expect(expected == nil, "\(permission)")
                        #expect((denial == .notThisResource) == authorizer.mayAnything(caller, permission.verb).isAllowed)
                    }
                    #expect(authorizer.explain(caller, permission).decision == decision)
                    let matches = authorizer.matches(caller, permission)
                    if case .allowed(let grant) = decision { #expect(matches.first == grant) } else { #expect(matches.isEmpty) }
                    #expect(Set(matches.map { "\($0.rule) \($0.binding) \($0.subject)" }) == Self.allReference(policy, caller, permission))
                    let ids = ["uid:\(caller.uid)"] + caller.allGroups.map { "gid:\($0)" }
                    #expect(Set(authorizer.whoCan(permission).filter { ids.contains($0.subject) }) == Set(matches))
                    if case .model(let name) = permission.resource {
                        #expect(authorizer.filter(caller, permission.verb).allows(name) == decision.isAllowed)
                    }
                }
            }
        }
    }

    @Test("a caller in no binding may nothing", arguments: UInt64(0)..<10)
    func deniedByDefault(seed: UInt64) throws {
        var generator = SeededGenerator(state: seed)
        let (roles, bindings) = Self.bindings(&generator)
        let authorizer = Authorizer(try Sample.policy(roles + "bindings:\n" + bindings.joined(), startedBy: .startedBy(uid: 0)))
        for _ in 0..<20 {
            let ids = (0..<3).map { _ in UInt32.random(in: 100..<65534, using: &generator) }
            let caller = Sample.caller(ids[0], gid: ids[1], groups: [ids[2]])
            for permission in try Self.permissions() { #expect(authorizer.decide(caller, permission) == .denied(.noVerb)) }
        }
    }

    @Test("another binding takes nothing away", arguments: UInt64(0)..<20)
    func monotonic(seed: UInt64) throws {
        var generator = SeededGenerator(state: seed)
        let (roles, bindings) = Self.bindings(&generator)
        let callers = (0..<5).map { _ in Self.caller(&generator) }
        var allowed: Set<String> = []
        for count in 1...bindings.count {
            let authorizer = Authorizer(try Sample.policy(roles + "bindings:\n" + bindings.prefix(count).joined()))
            var now: Set<String> = []
            for (index, caller) in callers.enumerated() {
                for permission in try Self.permissions() where authorizer.decide(caller, permission).isAllowed {
                    now.insert("\(index) \(permission)")
                }
            }
            #expect(allowed.isSubset(of: now))
            allowed = now
        }
    }
}
