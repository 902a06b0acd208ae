import Testing

@testable import HoldfastCore

@Suite("Subjects that the kernel does not know")
struct NamedSubjectTests {
    static let policy = """
        version: 1
        roles:
          small:
            allow: [{verbs: [inference:invoke], resources: ["model:small"]}]
          big:
            allow: [{verbs: [inference:invoke], resources: ["model:big"]}]
        bindings:
          - {role: big, subjects: ["token:tablet", "app:robot", "uid:1001"]}
          - {role: small, subjects: [loopback, {app: robot}, {token: lamp}]}
        """

    private static func may(_ caller: Caller, _ model: String) throws -> Bool {
        let authorizer = Authorizer(try Sample.policy(policy))
        return authorizer.decide(caller, Permission(.inferenceInvoke, on: try Sample.model(model))).isAllowed
    }

    @Test(
        "a binding is for the one that has the name, and a token has its role beside",
        arguments: [
            (NamedSubject.token(name: "tablet", role: "small"), true, true),
            (.token(name: "tablet", role: "gone"), false, true),
            (.token(name: "other", role: "small"), true, false),
            (.token(name: "other", role: "gone"), false, false),
            (.token(name: "lamp", role: "big"), true, true),
            (.token(name: "robot", role: ""), false, false),
            (.app("robot"), true, true),
            (.app("tablet"), false, false),
            (.loopback, true, false),
            (.anonymous, false, false),
        ] as [(NamedSubject, Bool, Bool)])
    func decided(subject: NamedSubject, small: Bool, big: Bool) throws {
        let caller = Caller(subject, socket: .api)
        #expect(try Self.may(caller, "small") == small)
        #expect(try Self.may(caller, "big") == big)
    }

    @Test("what a grant by a token's own role names: the token")
    func ownRole() throws {
        let authorizer = Authorizer(try Sample.policy(Self.policy))
        let caller = Caller(.token(name: "other", role: "small"), socket: .api)
        guard case .allowed(let grant) = authorizer.decide(caller, Permission(.inferenceInvoke, on: try Sample.model("small"))) else {
            Issue.record("denied")
            return
        }
        #expect(grant.role == "small" && grant.subject == "token:other" && grant.binding.description == "token:other")
        #expect(grant.rule.description == "/p/0.yaml:4")
        #expect(authorizer.roles(of: caller).map(\.role) == ["small"])
        #expect(authorizer.filter(caller, .inferenceInvoke).allows(try ModelName(parsing: "small")))
        let holders = [NamedSubject.token(name: "other", role: "small"), .token(name: "lost", role: "gone")]
        let who = authorizer.whoCan(Permission(.inferenceInvoke, on: try Sample.model("small")), holders: holders).map(\.subject)
        #expect(who == ["loopback", "app:robot", "token:lamp", "token:other"])
    }

    @Test("they have no id that a policy could name, and a socket that acts as a uid has both")
    func ids() throws {
        let caller = Caller(.app("x"), socket: .api)
        #expect(caller.uid == .max && caller.allGroups.isEmpty)
        #expect(throws: HoldfastError.self) { try Subject(parsing: "uid:\(UInt32.max)") }
        let acting = Caller(uid: 1001, gid: 5, pid: 0, groups: [], socket: .api, subject: .app("x"))
        #expect(try Self.may(acting, "big") && !Self.may(acting, "small"))
        #expect(acting.tenant == "app:x" && Sample.caller(7).tenant == "uid:7")
    }

    @Test("in a policy", arguments: ["token:tablet-1", "app:robot", "loopback"])
    func written(text: String) throws {
        #expect(try Subject(parsing: text).description == text)
    }

    @Test(
        "what is none is refused",
        arguments: [
            "token:", "token:Tablet", "token:a b", "app:../x", "app:1x", "loopback:x", "loopback:", "anonymous", "token",
            "app:" + String(repeating: "a", count: 64),
        ])
    func refused(text: String) {
        #expect(throws: HoldfastError.self) { try Subject(parsing: text) }
        #expect(!Sample.problems(["version: 1\nbindings: [{role: user, subjects: [\"\(text)\"]}]\n"]).isEmpty)
    }

    @Test("a binding to them leaves nobody to write policy: they cannot reach admin.sock")
    func lockout() throws {
        let text =
            "version: 1\nbuilt_in_bindings: false\nbindings: [{role: security-admin, subjects: [\"token:chief\", \"app:chief\", loopback]}]\n"
        #expect(PolicyGuard.lockout(try Sample.policy(text)) != nil)
    }

    @Test(
        "a record names them, and is asked again as the same",
        arguments: [NamedSubject.token(name: "tablet", role: "small"), .app("robot"), .loopback, .anonymous])
    func records(subject: NamedSubject) throws {
        let record = AuditRecord(
            id: "1", time: 5, phase: .event, actor: AuditActor(Caller(subject, socket: .api)), operation: "inference.chat",
            resource: AuditResource(kind: "model", name: "small"), outcome: AuditOutcome(.denied), policyGeneration: 1)
        let read = try AuditRecord(parsing: try record.canonicalBytes())
        #expect(read == record && read.actor.subject == subject.description && read.actor.uid == 4_294_967_295)
        #expect(NamedSubject(recorded: subject.description) { _ in "small" } == subject)

        let nothing = Authorizer(try Sample.policy("version: 1\n"))
        var replay = Replay(
            from: nothing, to: Authorizer(try Sample.policy(Self.policy)), tokenRole: { $0 == "tablet" ? "small" : nil },
            verb: { _ in .inferenceInvoke })
        replay.take(read)
        #expect(replay.replayed == 1)
        #expect(replay.found.map(\.caller.subject) == (try Self.may(Caller(subject, socket: .api), "small") ? [subject] : []))
    }

    @Test("without a subject a record is as it was")
    func recordsWithout() throws {
        let actor = AuditActor(Sample.caller(7))
        let record = AuditRecord(id: "1", time: 5, phase: .event, actor: actor, operation: "x", policyGeneration: 1)
        #expect(!String(decoding: try record.canonicalBytes(), as: UTF8.self).contains("subject"))
        #expect(NamedSubject(recorded: "token:../x") { _ in nil } == nil && NamedSubject(recorded: "user:x") { _ in nil } == nil)
    }
}
