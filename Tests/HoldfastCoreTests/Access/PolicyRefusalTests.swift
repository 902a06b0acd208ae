import HoldfastCore
import Testing

@Suite("A policy that is not right is refused, with the place")
struct PolicyRefusalTests {
    struct Case: CustomTestStringConvertible, Sendable {
        let name: String
        let text: String
        let place: String
        let message: String
        var testDescription: String { name }

        init(_ name: String, _ text: String, at place: String, _ message: String) {
            self.name = name
            self.text = text
            self.place = place
            self.message = message
        }

        /// One rule in an otherwise valid file: the rule's fields are on lines 5 and 6, from column 9.
        static func rule(_ name: String, _ verbs: String, _ resources: String, at place: String, _ message: String) -> Case {
            Case(
                name, "version: 1\nroles:\n  a:\n    allow:\n      - verbs: \(verbs)\n        resources: \(resources)\n", at: place, message
            )
        }

        /// One list of subjects on line 4.
        static func subjects(_ name: String, _ subjects: String, at place: String, _ message: String) -> Case {
            Case(name, "version: 1\nbindings:\n  - role: user\n    subjects: \(subjects)\n", at: place, message)
        }
    }

    static let documents: [Case] = [
        Case("empty file", "", at: "1:1", "the file says nothing; a policy begins with 'version: 1'"),
        Case("comments alone", "# nothing\n", at: "1:1", "the file says nothing"),
        Case("a list", "- version: 1\n", at: "1:1", "a policy must be a mapping (KEY: VALUE), and is a list"),
        Case("a text", "version 1\n", at: "1:1", "and is the text 'version 1'"),
        Case("no version", "bindings:\n  - {role: user, subjects: [uid:1]}\n", at: "1:1", "a policy needs 'version'"),
        Case("another version", "# x\nversion: 2\nrolls: 3\n", at: "2:10", "'version' must be 1"),
        Case("version as text", "version: \"1\"\n", at: "1:10", "'version' must be 1"),
        Case("unknown key", "version: 1\nbinding:\n  - a\n", at: "2:1", "a policy has no 'binding'; did you mean 'bindings'?"),
        Case(
            "unlike any key", "version: 1\nlimits: 3\n", at: "2:1",
            "it has 'version', 'built_in_bindings', 'recipients', 'roles', 'bindings'"),
        Case("key twice", "version: 1\nroles: {}\nroles: {}\n", at: "2:1", "the same mapping has 'roles' more than once"),
        Case("two documents", "version: 1\n---\nversion: 1\n", at: "2:1", "a second document begins here"),
        Case("broken YAML", "version: 1\nroles: [a\nbindings: ]\n", at: "3:9", "not YAML: "),
        Case("a tab for indentation", "version: 1\nroles:\n\ta: 1\n", at: "3:1", "not YAML: "),
        Case("a control character", "version: 1\n# a\u{1}\n", at: "2:4", "not YAML: control characters are not allowed"),
        Case("an anchor", "version: 1\nroles: &r\n  a: 1\n", at: "2:8", "anchors and aliases are not used"),
        Case("an alias", "version: 1\nroles: *r\n", at: "2:8", "a word that begins with '*' must be in quotes"),
        Case("empty roles", "version: 1\nroles: {}\n", at: "2:8", "'roles' is empty"),
        Case("roles as a list", "version: 1\nroles:\n  - a\n", at: "3:3", "'roles' must be a mapping"),
        Case("nothing for roles", "version: 1\nroles:\n", at: "2:7", "and is nothing"),
        Case("empty bindings", "version: 1\nbindings: []\n", at: "2:11", "'bindings' is an empty list"),
        Case("bindings as a mapping", "version: 1\nbindings: {a: b}\n", at: "2:11", "'bindings' must be a list, and is a mapping"),
    ]

    static let roles: [Case] = [
        Case("a role's name", "version: 1\nroles:\n  Kiosk_1: {}\n", at: "3:3", "'Kiosk_1' cannot name a role"),
        Case("a name that is a truth value", "version: 1\nroles:\n  no: {}\n", at: "3:3", "no, which is no text without quotes"),
        Case("a role with nothing", "version: 1\nroles:\n  a: {description: b}\n", at: "3:6", "role 'a' needs 'allow'"),
        Case("a role's unknown key", "version: 1\nroles:\n  a: {alow: []}\n", at: "3:7", "role 'a' has no 'alow'; did you mean 'allow'?"),
        Case("a deny rule", "version: 1\nroles:\n  a: {deny: []}\n", at: "3:7", "role 'a' has no 'deny'"),
        Case("an empty allow", "version: 1\nroles:\n  a: {allow: []}\n", at: "3:14", "'allow' is an empty list"),
        Case("a number for description", "version: 1\nroles:\n  a: {description: 1, allow: [x]}\n", at: "3:20", "must be text, and is 1"),
        Case("a rule that is a text", "version: 1\nroles:\n  a:\n    allow: [x]\n", at: "4:13", "a rule must be a mapping"),
        Case("no resources", "version: 1\nroles:\n  a:\n    allow:\n      - verbs: [node:read]\n", at: "5:9", "a rule needs 'resources'"),
        .rule("an unknown verb", "[models:read, model:read]", "[\"*\"]", at: "5:30", "no verb 'model:read'; did you mean 'models:read'"),
        .rule("an unknown group", "[\"modles:*\"]", "[\"*\"]", at: "5:17", "did you mean 'models:*'"),
        .rule("verbs as a text", "models:read", "[\"*\"]", at: "5:16", "'verbs' must be a list, and is the text 'models:read'"),
        .rule("no verbs", "[]", "[\"*\"]", at: "5:16", "'verbs' is an empty list"),
        .rule("a star without quotes", "[*]", "[node]", at: "5:17", "a word that begins with '*' must be in quotes"),
        .rule("no resources in the list", "[node:read]", "[]", at: "6:20", "'resources' is an empty list"),
        .rule("a resource without its kind", "[models:read]", "[kiosk-*]", at: "6:21", "did you mean 'model:kiosk-*'?"),
        .rule("a resource of no kind", "[models:read]", "[\"user:a\"]", at: "6:21", "a resource is 'node', '*', or 'model:'"),
        .rule("an empty glob", "[models:read]", "[\"model:\"]", at: "6:21", "a part of it is empty"),
        .rule("an empty tag", "[models:read]", "[\"model:a:\"]", at: "6:21", "a part of it is empty"),
        .rule("two tags", "[models:read]", "[\"model:a:b:c\"]", at: "6:21", "a tag has neither ':' nor '/'"),
        .rule("a set of letters", "[models:read]", "[\"model:[ab]\"]", at: "6:21", "only letters, digits"),
        .rule("a name no model has", "[models:read]", "[\"model:../a\"]", at: "6:21", "no model can be named '../a'"),
        .rule("a long glob", "[models:read]", "[\"model:\(String(repeating: "a", count: 256))\"]", at: "6:21", "longer than 255"),
        .rule("a resource no verb is for", "[models:read]", "[\"model:*\", node]", at: "6:32", "none of the rule's verbs acts on 'node'"),
        .rule("a verb no resource is for", "[models:read, node:read]", "[\"model:*\"]", at: "5:30", "node:read acts on a node"),
        .rule("a group no resource is for", "[\"audit:*\"]", "[\"model:*\"]", at: "6:21", "none of the rule's verbs acts on 'model:*'"),
    ]

    static let bindings: [Case] = [
        Case("an unknown role", "version: 1\nbindings:\n  - role: opertor\n    subjects: [uid:1]\n", at: "3:11", "did you mean 'operator'"),
        Case("no subjects", "version: 1\nbindings:\n  - role: user\n", at: "3:5", "a binding needs 'subjects'"),
        Case("no role", "version: 1\nbindings:\n  - subjects: [uid:1]\n", at: "3:5", "a binding needs 'role'"),
        Case(
            "a binding's unknown key", "version: 1\nbindings:\n  - {role: user, subject: [uid:1]}\n", at: "3:18",
            "a binding has no 'subject'; did you mean 'subjects'?"),
        .subjects("none", "[]", at: "4:15", "'subjects' is an empty list"),
        .subjects("a text", "user:a", at: "4:15", "'subjects' must be a list"),
        .subjects("no kind", "[kiosk]", at: "4:16", "it is written user:NAME, uid:N, group:NAME, gid:N, token:NAME, app:NAME or loopback"),
        .subjects("an unknown kind", "[users:kiosk]", at: "4:16", "'users' is no kind of subject; did you mean 'user'?"),
        .subjects("an unknown kind in a mapping", "[{gruop: a}]", at: "4:16", "did you mean 'group'?"),
        .subjects("two in a mapping", "[{user: a, uid: 1}]", at: "4:16", "not several"),
        .subjects("a glob", "[\"user:*\"]", at: "4:16", "subjects have no globs"),
        .subjects("no name", "[\"user:\"]", at: "4:16", "a name has 1 to 256 bytes"),
        .subjects("a number as a name", "[user:1001]", at: "4:16", "a number is written uid:1001"),
        .subjects("a name as a number", "[uid:kiosk]", at: "4:16", "'kiosk' is not a number"),
        .subjects("a negative number", "[\"uid:-1\"]", at: "4:16", "'-1' is not a number"),
        .subjects("a leading zero", "[uid:010]", at: "4:16", "'010' is not a number"),
        .subjects("hexadecimal", "[{uid: 0x10}]", at: "4:16", "'0x10' is not a number"),
        .subjects("the number that means none", "[gid:4294967295]", at: "4:16", "is not a number from 0 to 4294967294"),
        .subjects("a number too great", "[uid:4294967296]", at: "4:16", "is not a number from 0 to 4294967294"),
        .subjects("a number in quotes", "[{uid: \"7\"}]", at: "4:22", "a uid must be a number"),
        .subjects("the overflow uid", "[uid:65534]", at: "4:16", "it must never be granted anything"),
        .subjects("the overflow gid", "[{gid: 65534}]", at: "4:16", "it must never be granted anything"),
        .subjects("a name that is the overflow uid", "[uid:1, user:nobody]", at: "4:23", "user:nobody is id 65534"),
    ]

    @Test(arguments: documents + roles + bindings)
    func isRefused(_ example: Case) throws {
        let problems = Sample.problems([example.text])
        let first = try #require(problems.first)
        #expect(first.location.exact == "0.yaml:\(example.place)")
        #expect(first.message.contains(example.message), "\(first)")
    }

    @Test("a built-in role cannot be defined again, nor any role twice, in one set of files")
    func duplicates() {
        let role = "version: 1\nroles:\n  NAME:\n    allow: [{verbs: [node:read], resources: [node]}]\n"
        let builtIn = Sample.problems([role.replacing("NAME", with: "auditor")])
        #expect(builtIn.map(\.description) == ["0.yaml:3:3: role 'auditor' is built in and cannot be changed; choose another name"])
        let twice = Sample.problems([role.replacing("NAME", with: "a"), "# second\n" + role.replacing("NAME", with: "a")])
        #expect(twice.map(\.description) == ["1.yaml:4:3: role 'a' is already defined at 0.yaml:3"])
    }

    @Test("a file above 1 MiB, or not in UTF-8, is refused unread")
    func bytes() {
        func message(_ bytes: [UInt8]) -> String? {
            do {
                _ = try PolicyDocument(parsing: PolicySource(name: "x.yaml", bytes: bytes))
                return nil
            } catch {
                return (error as? HoldfastError)?.message
            }
        }
        let start = Array("version: 1\n".utf8)
        let comment = [UInt8](repeating: UInt8(ascii: "#"), count: PolicySource.maximumByteCount - start.count)
        #expect(message(start + comment) == nil)
        #expect(message(start + comment + [35])?.hasPrefix("x.yaml:1:1: the file has 1048577 bytes") == true)
        #expect(message(start + [35, 0xC3, 0x28, 10]) == "x.yaml:2:1: the file is not UTF-8 text")
    }

    @Test("aliases that stand for billions of nodes are refused before anything is built")
    func bomb() {
        var text = "version: 1\na0: &a0 [x, x, x, x, x, x, x, x, x]\n"
        for level in 1...40 {
            text += "? &a\(level) [\(Array(repeating: "*a\(level - 1)", count: 9).joined(separator: ", "))]\n: x\n"
        }
        #expect(Sample.problems([text]).map(\.location.exact) == ["0.yaml:2:5"])
    }

    @Test(
        "an anchor is found wherever YAML allows one",
        arguments: [
            "version: &a 1", "&a version: 1", "version: 1\nroles: {x: &a {}}", "version: 1\nroles: {\"x\":&a {}}", "version: 1\nx: [&a b]",
            "version: 1\nx: [b,&a b]", "version: 1\n-\t&a b", "\u{FEFF}&a version: 1", "version: 1\r&a x: 1", "version: 1\u{2028}&a x: 1",
        ])
    func anchors(_ text: String) {
        #expect(Sample.problems([text]).first?.message.contains("anchors and aliases") == true)
    }

    @Test(
        "keys that are lists or mappings are refused before anything is built",
        arguments: [
            ("? a\n: b", "1:1"), ("version: 1\n- ? ? a", "2:3"), ("{? a: b}", "1:2"), ("x: {[a]: b}", "1:7"), ("{{a: b} : c}", "1:7"),
            ("[a]: b", "1:3"),
            ("[? [a]]", "1:2"), ("?", "1:1"),
        ])
    func keys(_ text: String, _ place: String) throws {
        let problem = try #require(Sample.problems([text]).first)
        #expect(problem.message.hasSuffix("keys are words"))
        #expect(problem.location.exact == "0.yaml:\(place)")
    }

    @Test("signs in a comment or inside a text are not taken for YAML")
    func ampersands() {
        let text =
            "# &a ? [b]: c\nversion: 1\nroles:\n  a:\n    description: R&D & more? [yes]\n    allow: [{verbs: [node:read], resources: [node]}]\n"
        #expect(Sample.problems([text]).isEmpty)
    }

    @Test("deep nesting is refused", arguments: [200, 100_000])
    func nesting(depth: Int) {
        #expect(!Sample.problems(["version: 1\nroles: " + String(repeating: "[", count: depth)]).isEmpty)
        #expect(
            !Sample.problems(["version: 1\nroles: \(String(repeating: "[", count: depth))\(String(repeating: "]", count: depth))"]).isEmpty)
    }

    @Test("all problems of all files are told at once, in order, and the error says how to check")
    func several() throws {
        let first = "version: 1\nroles:\n  a:\n    allow: [{verbs: [x], resources: [y]}]\nbindings:\n  - {role: b, subjects: [uid:x]}\n"
        let problems = Sample.problems([first, "version: 3\n"])
        #expect(problems.map(\.location.exact) == ["0.yaml:4:22", "0.yaml:4:38", "0.yaml:6:12", "0.yaml:6:26", "1.yaml:1:10"])
        let error = try #require(throws: HoldfastError.self) {
            try PolicyDocument(parsing: PolicySource(name: "/etc/x.yaml", text: "version: 3"))
        }
        #expect(error.code == .policyInvalid)
        #expect(error.hint == "holdfast access policy check /etc/x.yaml")
        #expect(error.message == "/etc/x.yaml:1:10: 'version' must be 1, the only format this holdfastd knows")
    }

    @Test("a group of verbs may reach further than the rule's resources, a verb written out may not")
    func groups() {
        func text(_ verbs: String) -> String { "version: 1\nroles: {a: {allow: [{verbs: [\(verbs)], resources: [\"model:*\"]}]}}" }
        #expect(Sample.problems([text("\"models:*\"")]).isEmpty)
        #expect(Sample.problems([text("\"node:*\", models:read")]).isEmpty)
        #expect(Sample.problems([text("node:read, models:read")]).count == 1)
    }

    @Test("what is wrong in a role is no fault of the bindings that name it")
    func brokenRole() {
        let text =
            "version: 1\nroles: {a: {allow: []}, b: {alow: 1}}\nbindings: [{role: a, subjects: [uid:1]}, {role: b, subjects: [uid:1]}]"
        #expect(Sample.problems([text]).map(\.location.line) == [2, 2])
    }

    @Test("of very many problems the first twenty are shown, and all are kept")
    func many() throws {
        let verbs = (0..<30).map { "x\($0)" }.joined(separator: ", ")
        let text = "version: 1\nroles: {a: {allow: [{verbs: [\(verbs)], resources: [node]}]}}"
        let error = try #require(throws: HoldfastError.self) { try PolicyDocument(parsing: PolicySource(name: "x", text: text)) }
        #expect(error.message.split(separator: "\n").count == 21)
        #expect(error.message.hasSuffix("and 10 more"))
        #expect((error.cause as? PolicyProblems)?.problems.count == 30)
    }
}
