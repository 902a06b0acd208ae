import FoundationEssentials
import HoldfastCore
import Testing

@Suite("Loading policies")
struct PolicyTests {
    @Test("roles, rules, bindings and subjects keep their lines")
    func locations() throws {
        let policy = try Sample.policy(Sample.kiosk)
        let role = try #require(policy.role(named: "kiosk"))
        #expect(role.location.exact == "/p/0.yaml:3:3")
        #expect(role.description == "Talks to the kiosk models.")
        #expect(role.rules.map(\.location.description) == ["/p/0.yaml:6", "/p/0.yaml:8"])
        #expect(role.rules.map(\.verbs) == [[.modelsRead, .inferenceInvoke], [.nodeRead]])
        #expect(policy.bindings.map(\.location.line) == [11, 13])
        #expect(policy.bindings.flatMap(\.subjects).map(\.subject) == [.user("kiosk"), .group("apps"), .gid(2001)])
        #expect(policy.bindings.flatMap(\.subjects).map(\.location.exact) == ["/p/0.yaml:12:16", "/p/0.yaml:12:30", "/p/0.yaml:15:9"])
    }

    @Test("a binding may name a role of another file, before or after its own")
    func acrossFiles() throws {
        let binding = "version: 1\nbindings:\n  - {role: a, subjects: [uid:1]}\n"
        let role = "version: 1\nroles:\n  a:\n    allow: [{verbs: [node:read], resources: [node]}]\n"
        for texts in [[binding, role], [role, binding]] {
            let authorizer = Authorizer(try Sample.policy(texts[0], texts[1]))
            #expect(authorizer.decide(Sample.caller(1), Permission(.nodeRead, on: .node)).isAllowed)
        }
    }

    @Test("files count in the order of their names, in whichever order they come")
    func order() throws {
        let binding = "version: 1\nbindings:\n  - {role: viewer, subjects: [uid:1]}\n"
        let sources = ["20-b.yaml", "10-a.yaml", "30-c.yaml"].map { PolicySource(name: $0, text: binding) }
        let policy = try PolicyLoader(builtInBindings: .none, resolver: Sample.resolver).load(sources, generation: 1)
        #expect(policy.bindings.map(\.location.file) == ["10-a.yaml", "20-b.yaml", "30-c.yaml"])
    }

    @Test("wildcards stand for the verbs there are")
    func wildcards() throws {
        let policy = try Sample.policy(
            """
            version: 1
            roles:
              all: {allow: [{verbs: ["*"], resources: ["*"]}]}
              models: {allow: [{verbs: ["models:*"], resources: ["model:*"]}]}
            """)
        #expect(policy.role(named: "all")?.rules.first?.verbs == Verb.allCases)
        #expect(policy.role(named: "models")?.rules.first?.verbs == Verb.allCases.filter { $0.rawValue.hasPrefix("models:") })
    }

    @Test("a name that does not exist is a warning with its place, and grants nothing")
    func unresolved() throws {
        let policy = try Sample.policy("version: 1\nbindings:\n  - role: user\n    subjects: [user:gone, group:lost, user:kiosk]\n")
        #expect(
            policy.warnings.map(\.description) == [
                "/p/0.yaml:4:16: user:gone does not exist on this machine; it is given nothing",
                "/p/0.yaml:4:27: group:lost does not exist on this machine; it is given nothing",
            ])
        #expect(Authorizer(policy).roles(of: Sample.caller(1001)).map(\.role) == ["user"])
    }

    @Test("the digest is that of sha256sum's list, whatever the folder and the order")
    func digest() throws {
        // printf 'version: 1\n' > a.yaml; printf '# b\nversion: 1\n' > b.yaml; sha256sum *.yaml | sha256sum
        let expected = "826a079ded1e2fa9a463eee5fa6cae4cb2ef475bad15da74ae763ed7e973c2d9"
        let first = PolicySource(name: "/etc/holdfast/policies/a.yaml", text: "version: 1\n")
        let second = PolicySource(name: "b.yaml", text: "# b\nversion: 1\n")
        let loader = PolicyLoader(builtInBindings: .none, resolver: Sample.resolver)
        let policy = try loader.load([first, second], generation: 7)
        #expect(policy.digest.hex == expected)
        #expect(policy.generation == 7)
        #expect(try loader.load([second, first], generation: 8).digest == policy.digest)
        let changed = PolicySource(name: "b.yaml", text: "# c\nversion: 1\n")
        #expect(try loader.load([first, changed], generation: 8).digest != policy.digest)
    }

    @Test(
        "shipped policies are valid and without effect or warnings of their own",
        arguments: ["default.yaml", "examples/kiosk.yaml", "examples/factory.yaml", "examples/hospital.yaml"])
    func shipped(_ name: String) throws {
        let folder = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../../policies").standardized
        let bytes = [UInt8](try Data(contentsOf: folder.appending(path: name)))
        let everybody = NameResolver(user: { _ in 5000 }, group: { _ in 6000 }, zone: { try? OpenHoursTests.zone($0) })
        let policy = try PolicyLoader(builtInBindings: .none, resolver: everybody)
            .load([PolicySource(name: name, bytes: bytes)], generation: 1)
        #expect(policy.warnings.isEmpty && PolicyGuard.zones(policy).isEmpty)
        #expect((policy.dropsBuiltInBindings != nil) == (name == "examples/hospital.yaml"))
        if name == "default.yaml" { #expect(policy.bindings.isEmpty) }
    }

    @Test("the hospital's policy keeps its duties apart, and leaves somebody to write the next one")
    func hospital() throws {
        let folder = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../../policies/examples").standardized
        let bytes = [UInt8](try Data(contentsOf: folder.appending(path: "hospital.yaml")))
        let groups = [
            "ward-apps": 1, "medical-engineering": 2, "it-operations": 3, "security-office": 4, "data-protection": 5, "works-council": 6,
            "records-office": 7,
        ]
        let resolver = NameResolver(
            user: { _ in 5000 }, group: { groups[$0].map(UInt32.init) }, zone: { try? OpenHoursTests.zone($0) })
        let policy = try PolicyLoader(builtInBindings: .startedBy(uid: 0), resolver: resolver)
            .load([PolicySource(name: "hospital.yaml", bytes: bytes)], generation: 1)
        #expect(PolicyGuard.problems(of: policy, resolver: resolver).isEmpty)
        let authorizer = Authorizer(policy)
        #expect(authorizer.roles(of: Sample.caller(0)).isEmpty, "root has only what is written")
        for (verb, group) in [(Verb.accessWrite, 4), (.auditPrune, 7), (.auditForget, 7)] {
            let holders = groups.values.filter {
                authorizer.decide(Sample.caller(900, groups: [UInt32($0)]), Permission(verb, on: .node)).isAllowed
            }
            #expect(holders == [group], "\(verb)")
        }
        let app = Sample.caller(900, groups: [1])
        #expect(authorizer.decide(app, Permission(.inferenceInvoke, on: try Sample.model("letters:release-3"))).isAllowed)
        #expect(!authorizer.decide(app, Permission(.inferenceInvoke, on: try Sample.model("letters:trial-3"))).isAllowed)
    }

    @Test("subjects are read as they are written", arguments: ["user:kiosk", "uid:0", "group:apps", "gid:4294967294"])
    func subjects(_ text: String) throws {
        #expect(try Subject(parsing: text).description == text)
    }

    @Test("what is no subject is an invalid request", arguments: ["", "kiosk", "uid:", "uid:65534", "gid:x", "role:a", "user:a:b"])
    func badSubjects(_ text: String) {
        let error = #expect(throws: HoldfastError.self) { try Subject(parsing: text) }
        #expect(error?.code == .invalidRequest)
    }

    @Test("near words are found, far ones are not")
    func nearest() {
        #expect(Nearest.matches(for: "model:read", among: Verb.allCases.map(\.rawValue)).first == "models:read")
        #expect(Nearest.matches(for: "smolm2:135m", among: ["gemma3:270m", "smollm2:135m"]) == ["smollm2:135m"])
        #expect(Nearest.matches(for: "zebra", among: ["viewer", "user"]).isEmpty)
    }
}
