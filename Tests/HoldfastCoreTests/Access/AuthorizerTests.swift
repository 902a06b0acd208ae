import HoldfastCore
import Testing

@Suite("Deciding")
struct AuthorizerTests {
    static func authorizer(_ texts: String = Sample.kiosk, startedBy: BuiltInBindings = .none) throws -> Authorizer {
        Authorizer(try Sample.policy(texts, startedBy: startedBy))
    }

    @Test("a grant names role, rule, pattern, binding and subject")
    func grant() throws {
        let authorizer = try Self.authorizer()
        let decision = authorizer.decide(Sample.caller(9, groups: [2000]), Permission(.inferenceInvoke, on: try Sample.model("kiosk-a:b")))
        guard case .allowed(let grant) = decision else { throw Failure() }
        #expect(grant.role == "kiosk")
        #expect(grant.rule.description == "/p/0.yaml:6")
        #expect(grant.resource == "model:kiosk-*")
        #expect(grant.binding.description == "/p/0.yaml:11")
        #expect(grant.subject == "group:apps")
    }

    @Test(
        "uid, primary group and supplementary groups all count",
        arguments: [
            (Sample.caller(1001), true), (Sample.caller(9, gid: 2000), true), (Sample.caller(9, groups: [5, 2000]), true),
            (Sample.caller(9), false), (Sample.caller(2000), false), (Sample.caller(9, gid: 1001), false),
        ])
    func subjects(_ caller: Caller, _ expected: Bool) throws {
        #expect(try Self.authorizer().decide(caller, Permission(.nodeRead, on: .node)).isAllowed == expected)
    }

    @Test("without the verb it is 403, with the verb on other models 404 in the form of a model that is not there")
    func denials() throws {
        let authorizer = try Self.authorizer()
        let kiosk = Sample.caller(1001)
        let other = Permission(.modelsRead, on: try Sample.model("secret"))
        #expect(authorizer.decide(kiosk, other) == .denied(.notThisResource))
        #expect(authorizer.decide(Sample.caller(9), other) == .denied(.noVerb))
        #expect(authorizer.decide(kiosk, Permission(.modelsRemove, on: try Sample.model("kiosk-a"))) == .denied(.noVerb))
        #expect(authorizer.decide(kiosk, Permission(.auditRead, on: .node)) == .denied(.noVerb))
        let caller = Caller(uid: 1, gid: 1, pid: 0, groups: [], socket: .api)
        let hidden = Denial.notThisResource.error(for: other, by: caller)
        #expect(hidden.code == .modelNotFound)
        #expect(hidden.message == HoldfastError.notFoundOrNoAccess(try ModelName(parsing: "secret")).message)
        #expect(Denial.noVerb.error(for: other, by: caller).code == .accessDenied)
        #expect(!Denial.noVerb.error(for: other, by: caller).message.contains("secret"))
        #expect(Denial.unknownCaller.error(for: other, by: caller).code == .accessDenied)
    }

    @Test("a verb on a resource of another kind is denied")
    func wrongKind() throws {
        let authorizer = try Self.authorizer(startedBy: .startedBy(uid: 7))
        #expect(!authorizer.decide(Sample.caller(7), Permission(.modelsRead, on: .node)).isAllowed)
        #expect(!authorizer.decide(Sample.caller(7), Permission(.nodeRead, on: try Sample.model("a"))).isAllowed)
        let error = Denial.notThisResource.error(for: Permission(.modelsRead, on: .node), by: Sample.caller(7))
        #expect(error.code == .accessDenied)
    }

    @Test("a caller the kernel could not name is denied, whatever its groups")
    func overflow() throws {
        let authorizer = try Self.authorizer()
        let caller = Sample.caller(Caller.overflowID, gid: 2000, groups: [2001])
        #expect(authorizer.decide(caller, Permission(.nodeRead, on: .node)) == .denied(.unknownCaller))
        #expect(authorizer.mayAnything(caller, .modelsRead) == .denied(.unknownCaller))
        #expect(!authorizer.filter(caller, .modelsRead).allows(try ModelName(parsing: "kiosk-a")))
        #expect(authorizer.roles(of: caller).isEmpty)
        #expect(!Authorizer(try Sample.policy(startedBy: .startedBy(uid: Caller.overflowID))).mayAnything(caller, .nodeRead).isAllowed)
    }

    @Test("of several grants the first binding in file order is named, through whichever of the caller's ids")
    func firstBinding() throws {
        let text = """
            version: 1
            bindings:
              - {role: viewer, subjects: [gid:50]}
              - {role: operator, subjects: [uid:7]}
              - {role: viewer, subjects: [gid:40]}
            """
        let authorizer = try Self.authorizer(text)
        func line(_ caller: Caller) -> Int? {
            guard case .allowed(let grant) = authorizer.decide(caller, Permission(.nodeRead, on: .node)) else { return nil }
            return grant.binding.line
        }
        #expect(line(Sample.caller(7, gid: 40, groups: [50])) == 3)
        #expect(line(Sample.caller(7, gid: 40)) == 4)
        #expect(line(Sample.caller(8, gid: 40)) == 5)
        #expect(authorizer.roles(of: Sample.caller(7, gid: 40, groups: [50])).map(\.role) == ["viewer", "operator", "viewer"])
    }

    @Test("of several rules of a role the first that fits is named")
    func firstRule() throws {
        let text = """
            version: 1
            roles:
              a:
                allow:
                  - {verbs: [models:read], resources: ["model:*:old", "model:ab*"]}
                  - {verbs: [models:read, models:add], resources: ["model:*"]}
                  - {verbs: [models:read], resources: ["model:abc"]}
            bindings: [{role: a, subjects: [uid:7]}]
            """
        let authorizer = try Self.authorizer(text)
        func reason(_ name: String) throws -> String? {
            guard case .allowed(let grant) = authorizer.decide(Sample.caller(7), Permission(.modelsRead, on: try Sample.model(name)))
            else { return nil }
            return "\(grant.rule.line ?? 0) \(grant.resource)"
        }
        #expect(try reason("abc") == "5 model:ab*")
        #expect(try reason("abc:old") == "5 model:*:old")
        #expect(try reason("x") == "6 model:*")
    }

    @Test("who holds the built-in roles follows from how the daemon was started")
    func builtInBindings() throws {
        let all = BuiltInRoles.names.filter { $0 != "records-officer" }
        let user = try Self.authorizer("version: 1", startedBy: .startedBy(uid: 1000))
        #expect(user.roles(of: Sample.caller(1000)).map(\.role) == all)
        #expect(user.roles(of: Sample.caller(0)).isEmpty)
        #expect(user.roles(of: Sample.caller(1000)).map(\.binding.description) == Array(repeating: "built-in:started-by", count: 5))
        let root = try Self.authorizer("version: 1", startedBy: .startedBy(uid: 0))
        #expect(root.roles(of: Sample.caller(0)).map(\.role) == all)
        let systemd = try Self.authorizer("version: 1", startedBy: .systemd())
        #expect(systemd.roles(of: Sample.caller(0)).map(\.role) == all)
        #expect(systemd.roles(of: Sample.caller(5, groups: [990])).map(\.subject) == Array(repeating: "group:holdfast-admin", count: 5))
        #expect(systemd.roles(of: Sample.caller(998)).isEmpty)
        let missing = try Sample.policy("version: 1", startedBy: .systemd(group: "gone"))
        #expect(missing.warnings.first?.description == "built-in:systemd: group:gone does not exist on this machine; it is given nothing")
    }

    @Test("lists ask for the verb on anything, and filter by the same rules")
    func lists() throws {
        let authorizer = try Self.authorizer()
        #expect(authorizer.mayAnything(Sample.caller(1001), .modelsRead).isAllowed)
        #expect(authorizer.mayAnything(Sample.caller(1001), .modelsAdd) == .denied(.noVerb))
        let filter = authorizer.filter(Sample.caller(1001), .modelsRead)
        #expect(filter.allows(try ModelName(parsing: "kiosk-a")))
        #expect(!filter.allows(try ModelName(parsing: "a-kiosk")))
        #expect(!authorizer.filter(Sample.caller(9), .modelsRead).allows(try ModelName(parsing: "kiosk-a")))
    }

    @Test("an explanation names the lines that decide, or what is missing")
    func explanations() throws {
        let authorizer = try Self.authorizer(startedBy: .startedBy(uid: 7))
        func explain(_ uid: UInt32, _ verb: Verb, _ resource: String, groups: [UInt32] = []) throws -> String {
            authorizer.explain(Sample.caller(uid, groups: groups), Permission(verb, on: try Resource(parsing: resource))).description
        }
        #expect(
            try explain(1001, .inferenceInvoke, "model:kiosk-a")
                == "allowed: role kiosk, rule /p/0.yaml:6, binding /p/0.yaml:11 (user:kiosk)")
        let lines = BuiltInRoles.text.split(separator: "\n")
        let line = try #require(lines.firstIndex { $0.contains("inference:invoke") }) + 1
        #expect(
            try explain(9, .inferenceInvoke, "x", groups: [2001])
                == "allowed: role user, rule built-in:\(line), binding /p/0.yaml:13 (gid:2001)")
        #expect(try explain(7, .nodeRead, "node").hasSuffix("binding built-in:started-by (uid:7)"))
        #expect(try explain(9, .inferenceInvoke, "x") == "denied: no role of uid 9 grants inference:invoke on any model\nit holds no role")
        #expect(try explain(9, .auditRead, "node").hasPrefix("denied: no role of uid 9 grants audit:read on the node"))
        #expect(
            try explain(1001, .modelsRead, "x") == """
                denied: no role of uid 1001 grants models:read on model:x:latest; it does on model:kiosk-*
                it holds kiosk (user:kiosk, /p/0.yaml:11)
                """)
        #expect(try explain(1001, .modelsRead, "node").hasPrefix("denied: models:read acts on a model, which 'node' is not"))
        #expect(try explain(65534, .nodeRead, "node").hasPrefix("denied: the kernel could not say who the caller is (uid 65534)"))
    }

    struct Failure: Error {}
}
