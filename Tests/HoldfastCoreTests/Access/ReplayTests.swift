import HoldfastCore
import Testing

@Suite("Another policy, asked what was asked before")
struct ReplayTests {
    private static let verbs: [String: Verb] = [
        "status": .nodeRead, "list": .modelsRead, "show": .modelsRead, "chat": .inferenceInvoke, "load": .modelsLoad,
    ]

    private static func record(
        _ caller: Caller, _ operation: String, _ name: String? = nil, phase: AuditRecord.Phase = .event, count: Int64 = 1, time: Int64 = 1
    ) -> AuditRecord {
        var record = AuditRecord(
            id: "r", time: time, phase: phase, actor: AuditActor(caller), operation: operation,
            resource: name.map { AuditResource(kind: "model", name: $0) }, policyGeneration: 1)
        record.count = count
        return record
    }

    private static func replay(_ old: Authorizer, _ new: Authorizer, _ records: [AuditRecord]) -> Replay {
        var replay = Replay(from: old, to: new) { verbs[$0] }
        for record in records { replay.take(record) }
        return replay
    }

    @Test("of random pairs of policies, exactly the changed decisions are listed, with their counts", arguments: UInt64(0)..<40)
    func exact(seed: UInt64) throws {
        var generator = SeededGenerator(state: seed)
        let policies = try (0..<2).map { _ in
            let (roles, bindings) = AuthorizerPropertyTests.bindings(&generator)
            return try Sample.policy(roles + "bindings:\n" + bindings.joined())
        }
        let callers = (0..<6).map { _ in AuthorizerPropertyTests.caller(&generator) }
        let records = (0..<300).compactMap { number -> AuditRecord? in
            guard let caller = callers.randomElement(using: &generator),
                let operation = ["show", "chat", "load"].randomElement(using: &generator)
            else { return nil }
            return Self.record(
                caller, operation, AuthorizerPropertyTests.models.randomElement(using: &generator),
                count: Int64.random(in: 1...3, using: &generator), time: Int64(number))
        }
        // The meaning in the fewest words, not by the code that decides.
        var expected: [String: Int64] = [:]
        for record in records {
            let actor = record.actor
            let caller = Sample.caller(
                UInt32(actor.uid), gid: UInt32(actor.gid), groups: actor.groups.map { UInt32($0) })
            let permission = Permission(
                try #require(Self.verbs[record.operation]), on: try Sample.model(try #require(record.resource?.name)))
            let answers = policies.map { AuthorizerPropertyTests.reference($0, caller, permission) != nil }
            if answers[0] != answers[1] {
                expected["\(caller.uid) \(caller.groups) \(record.operation) \(permission.resource) \(answers[1])", default: 0] +=
                    record.count
            }
        }
        let replay = Self.replay(Authorizer(policies[0]), Authorizer(policies[1]), records)
        let found = replay.found.map { change in
            (
                "\(change.caller.uid) \(change.caller.groups) \(change.operation) \(change.resource?.description ?? "any") \(change.after.isAllowed)",
                change.count
            )
        }
        #expect(Dictionary(found) { $0 + $1 } == expected && found.count == expected.count)
        #expect(replay.replayed == records.count && replay.skipped == 0)
        #expect(found.map(\.1) == found.map(\.1).sorted(by: >), "most often asked first")
        #expect(Self.replay(Authorizer(policies[0]), Authorizer(policies[0]), records).found.isEmpty)
    }

    @Test("lists ask for the verb on anything, the node's operations for the node")
    func lists() throws {
        let old = Authorizer(try Sample.policy("version: 1\n"))
        let new = Authorizer(try Sample.policy("version: 1\nbindings: [{role: viewer, subjects: [uid:1]}]\n"))
        let replay = Self.replay(
            old, new, [Self.record(Sample.caller(1), "list", count: 5, time: 9), Self.record(Sample.caller(1), "status")])
        #expect(replay.found.map(\.operation) == ["list", "status"] && replay.found.map(\.count) == [5, 1])
        #expect(replay.found[0].resource == nil && replay.found[0].last == 9 && replay.found[1].resource == .node)
        #expect(replay.found.allSatisfy { $0.after.isAllowed })
    }

    @Test("what asks nothing of a policy is left out and counted; an intent asks what its outcome asks")
    func skipped() throws {
        let old = Authorizer(try Sample.policy("version: 1\n"))
        let new = Authorizer(try Sample.policy("version: 1\nbindings: [{role: user, subjects: [uid:1]}]\n"))
        let daemon = Caller(uid: 1, gid: 1, pid: 1, groups: [], socket: .internal)
        let replay = Self.replay(
            old, new,
            [
                Self.record(daemon, "status"), Self.record(Sample.caller(1), "unknown"), Self.record(Sample.caller(1), "show", "?/%"),
                Self.record(Sample.caller(1), "chat", "a", phase: .intent), Self.record(Sample.caller(1), "chat", "a", phase: .outcome),
            ])
        #expect(replay.skipped == 3 && replay.replayed == 1 && replay.found.map(\.count) == [1])
    }

    @Test("roles and bindings that come, go and change are told apart, wherever they stand")
    func changes() throws {
        let rule = { (verb: String) in "{allow: [{verbs: [\(verb)], resources: [\"model:*\"]}]}" }
        let old = try Sample.policy(
            "version: 1\nroles: {a: \(rule("models:read")), b: \(rule("models:read"))}\nbindings: [{role: a, subjects: [uid:1, uid:2]}]\n")
        let new = try Sample.policy(
            "version: 1\nbindings: [{role: c, subjects: [uid:3]}, {role: a, subjects: [uid:2]}]\n",
            "version: 1\nroles: {c: \(rule("models:read")), a: \(rule("models:load"))}\n")
        let changes = PolicyChanges(from: old, to: new)
        #expect(changes.addedRoles == ["c"] && changes.removedRoles == ["b"] && changes.changedRoles == ["a"])
        #expect(changes.addedBindings.map { "\($0.subject) \($0.role) \($0.location)" } == ["uid:3 c /p/0.yaml:2"])
        #expect(changes.removedBindings.map { "\($0.subject) \($0.role)" } == ["uid:1 a"])
        let same = PolicyChanges(from: old, to: old)
        #expect(same.addedRoles.isEmpty && same.changedRoles.isEmpty && same.addedBindings.isEmpty && same.removedBindings.isEmpty)
    }
}
