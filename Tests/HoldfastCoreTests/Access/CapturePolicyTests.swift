import HoldfastCore
import HoldfastCrypto
import Testing

@Suite("A policy says whose content is captured, and for whom")
struct CapturePolicyTests {
    private static let one = "age1xmwwc06ly3ee5rytxm9mflaz2u56jjj36s0mypdrwsvlul66mv4q47ryef"
    private static let other = "age19aa3vvelwk4yrs8afegwdnlwkf72d8477l2xudkml3az5mtqcygqzgk8hl"

    private static func policy(_ bindings: String) -> String {
        """
        version: 1
        recipients:
          officer: \(one)
          council: \(other)
        roles:
          watched:
            allow: [{verbs: [inference:invoke], resources: ["model:a*"]}]
            capture: {recipient: officer}
          also:
            allow: [{verbs: [inference:invoke], resources: ["model:ab*"]}]
            capture:
              recipient: council
          free:
            allow: [{verbs: [inference:invoke], resources: ["model:*"]}]
        bindings: \(bindings)
        """
    }

    private static func captured(_ authorizer: Authorizer, _ uid: UInt32, _ names: String...) throws -> [String] {
        authorizer.captureRecipients(Sample.caller(uid), try names.map { try ModelName(parsing: $0) }).map(\.name)
    }

    @Test("whoever holds a role that captures is captured, whatever other roles allow the same, in any order")
    func byRole() throws {
        let lists = [
            "[{role: watched, subjects: [uid:1]}, {role: free, subjects: [uid:1, uid:2]}]",
            "[{role: free, subjects: [uid:1, uid:2]}, {role: watched, subjects: [uid:1]}]",
        ]
        for list in lists {
            let authorizer = Authorizer(try Sample.policy(Self.policy(list)))
            #expect(try Self.captured(authorizer, 1, "apple") == ["officer"])
            #expect(try Self.captured(authorizer, 1, "banana") == [], "the role that captures does not allow it")
            #expect(try Self.captured(authorizer, 2, "apple") == [])
            #expect(try Self.captured(authorizer, 3, "apple") == [])
            // An alias does not lead around it, either way.
            #expect(try Self.captured(authorizer, 1, "other-name", "apple") == ["officer"])
            #expect(try Self.captured(authorizer, 1, "apple", "other-name") == ["officer"])
        }
    }

    @Test("several roles, several recipients")
    func several() throws {
        let authorizer = Authorizer(
            try Sample.policy(Self.policy("[{role: watched, subjects: [uid:1]}, {role: also, subjects: [\"group:apps\"]}]")))
        let caller = Sample.caller(1, groups: [2000])
        let names = authorizer.captureRecipients(caller, [try ModelName(parsing: "abc")])
        #expect(names.map(\.name) == ["council", "officer"] && names.map(\.key.text) == [Self.other, Self.one])
        #expect(authorizer.captureRecipients(caller, [try ModelName(parsing: "axe")]).map(\.name) == ["officer"])
    }

    @Test("recipients and roles may be in different files")
    func files() throws {
        let policy = try Sample.policy(
            "version: 1\nroles:\n  r:\n    allow: [{verbs: [inference:invoke], resources: [\"model:*\"]}]\n    capture: {recipient: officer}\n",
            "version: 1\nrecipients: {officer: \(Self.one)}\n")
        #expect(policy.role(named: "r")?.capture?.recipient == "officer")
    }

    @Test(
        "mistakes have their place",
        arguments: [
            ("recipients: {officer: age1nokey}", "'officer' is not one that age-keygen prints", "0.yaml:2:23"),
            ("recipients: {Officer: x}", "cannot name a recipient", "0.yaml:2:14"),
            ("recipients: {}", "'recipients' is empty", "0.yaml:2:13"),
            (
                "roles: {r: {allow: [{verbs: [inference:invoke], resources: [\"*\"]}], capture: {recipient: nobody}}}",
                "'recipients' has no 'nobody'", "0.yaml:2:"
            ),
            (
                "roles: {r: {allow: [{verbs: [node:read], resources: [node]}], capture: {recipient: x}}}",
                "does not allow inference:invoke", "0.yaml:2:84"
            ),
            (
                "roles: {r: {allow: [{verbs: [inference:invoke], resources: [\"*\"]}], capture: true}}", "'capture' must be a mapping",
                "0.yaml:2:"
            ),
            (
                "roles: {r: {allow: [{verbs: [inference:invoke], resources: [\"*\"]}], capture: {to: x}}}", "'capture' has no 'to'",
                "0.yaml:2:"
            ),
        ]) func mistakes(_ line: String, _ message: String, _ place: String)
    {
        let problems = Sample.problems(["version: 1\n\(line)\n"])
        #expect(problems.contains { "\($0)".hasPrefix(place) && $0.message.contains(message) }, "\(problems)")
    }

    @Test("a recipient of one name in two files is refused")
    func twice() {
        let text = "version: 1\nrecipients: {officer: \(Self.one)}\n"
        #expect(Sample.problems([text, text]).map(\.message) == ["recipient 'officer' is already defined at 0.yaml:2"])
    }

    @Test("a new key, and a new capture, are changes of the role")
    func changes() throws {
        func policy(_ key: String, _ capture: String) throws -> Policy {
            try Sample.policy(
                "version: 1\nrecipients: {officer: \(key)}\nroles:\n  r:\n    allow: [{verbs: [inference:invoke], resources: [\"model:*\"]}]\n\(capture)"
            )
        }
        let with = "    capture: {recipient: officer}\n"
        #expect(PolicyChanges(from: try policy(Self.one, ""), to: try policy(Self.one, with)).changedRoles == ["r"])
        #expect(PolicyChanges(from: try policy(Self.one, with), to: try policy(Self.other, with)).changedRoles == ["r"])
        #expect(PolicyChanges(from: try policy(Self.one, with), to: try policy(Self.one, with)).changedRoles == [])
    }
}
