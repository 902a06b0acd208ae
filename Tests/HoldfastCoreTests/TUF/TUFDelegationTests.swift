import HoldfastCrypto
import HoldfastTestSupport
import Testing

@testable import HoldfastCore

@Suite("TUF: delegations (§4.5, §5.6.7)")
struct TUFDelegationTests {
    struct Edge: Sendable {
        let from: String, to: String
        var isTerminating = false
        var paths = ["*"]
    }

    struct Graph: Sendable, CustomStringConvertible {
        let description: String
        let edges: [Edge]
        let visited: [String]
    }

    static let graphs = [
        Graph(description: "one", edges: [Edge(from: "targets", to: "A")], visited: ["A"]),
        Graph(
            description: "two side by side", edges: [Edge(from: "targets", to: "A"), Edge(from: "targets", to: "B")], visited: ["A", "B"]),
        Graph(
            description: "depth first",
            edges: [
                Edge(from: "targets", to: "A"), Edge(from: "targets", to: "B"), Edge(from: "A", to: "C"), Edge(from: "A", to: "D"),
            ], visited: ["A", "C", "D", "B"]),
        Graph(
            description: "a terminating one ends all but its own",
            edges: [
                Edge(from: "targets", to: "A"), Edge(from: "targets", to: "B"), Edge(from: "A", to: "C", isTerminating: true),
                Edge(from: "A", to: "D"), Edge(from: "C", to: "E"),
            ], visited: ["A", "C", "E"]),
        Graph(
            description: "a terminating one of other paths ends nothing",
            edges: [Edge(from: "targets", to: "A", isTerminating: true, paths: ["*.py"]), Edge(from: "targets", to: "B")], visited: ["B"]),
        Graph(
            description: "a role without the path hides what is below it",
            edges: [Edge(from: "targets", to: "A", paths: ["*.py"]), Edge(from: "targets", to: "B"), Edge(from: "A", to: "C")],
            visited: ["B"]),
        Graph(
            description: "a cycle",
            edges: [
                Edge(from: "targets", to: "A"), Edge(from: "A", to: "B"), Edge(from: "B", to: "C"), Edge(from: "C", to: "A"),
                Edge(from: "C", to: "C"),
            ], visited: ["A", "B", "C"]),
        Graph(
            description: "two ways to one role",
            edges: [
                Edge(from: "targets", to: "A"), Edge(from: "targets", to: "B"), Edge(from: "B", to: "C"), Edge(from: "A", to: "C"),
            ], visited: ["A", "C", "B"]),
        Graph(
            description: "two ways, one of them not for this path",
            edges: [
                Edge(from: "targets", to: "A"), Edge(from: "targets", to: "B"), Edge(from: "B", to: "C"),
                Edge(from: "A", to: "C", paths: ["*.py"]),
            ], visited: ["A", "B", "C"]),
    ]

    @Test("roles are visited in the order of the specification", arguments: graphs)
    func order(_ graph: Graph) async throws {
        var repository = try SimulatedRepository()
        for edge in graph.edges {
            try repository.delegate(from: edge.from, to: edge.to, paths: .patterns(edge.paths), isTerminating: edge.isTerminating)
        }
        for role in repository.targets.keys.sorted() { try repository.publish(role) }
        try repository.publish("snapshot", "timestamp")
        let client = try SimulatedClient(of: repository)
        #expect(try await client.find("missing", in: repository) == nil)
        #expect(client.takeAsked() == graph.visited.map { "1.\($0).json" })
        // What was fetched is stored, and not fetched again.
        #expect(try await client.find("missing", in: repository) == nil)
        #expect(client.takeAsked().isEmpty)
    }

    /// targets → A (*.doc, *.md, foo-?.tgz), B (releases/*/*) → C (releases/x/*), D (releases/y/*.zip)
    private func tree() throws -> SimulatedRepository {
        var repository = try SimulatedRepository()
        try repository.delegate(to: "A", paths: .patterns(["*.doc", "*.md", "foo-?.tgz"]))
        try repository.delegate(to: "B", paths: .patterns(["releases/*/*"]))
        try repository.delegate(from: "B", to: "C", paths: .patterns(["releases/x/*"]))
        try repository.delegate(from: "B", to: "D", paths: .patterns(["releases/y/*.zip"]))
        for (role, path) in [
            ("targets", "targetfile"), ("A", "README.md"), ("A", "releases/README.md"), ("A", "foo-1.tgz"), ("A", "foo-alpha.tgz"),
            ("C", "releases/x/x_v1"), ("D", "releases/y/y_v1.zip"), ("D", "releases/z/z_v1.zip"),
        ] {
            repository.targets[role]?.set(TUFTarget(path: path, length: 1, hashes: TUFHashes(of: Array(role.utf8))))
        }
        for role in ["A", "B", "C", "D"] { try repository.publish(role) }
        try repository.publish("targets", "snapshot", "timestamp")
        return repository
    }

    @Test(
        "a role's word counts for the paths that every delegator on the way gave it",
        arguments: [
            ("targetfile", "targets"), ("README.md", "A"), ("releases/x/x_v1", "C"), ("releases/y/y_v1.zip", "D"), ("foo-1.tgz", "A"),
            ("releases/z/z_v1.zip", nil), ("releases/README.md", nil), ("foo-alpha.tgz", nil), ("README.MD", nil),
        ] as [(String, String?)])
    func paths(path: String, role: String?) async throws {
        let repository = try tree()
        let found = try await SimulatedClient(of: repository).find(path, in: repository)
        #expect(found?.hashes == role.map { TUFHashes(of: Array($0.utf8)) })
    }

    @Test("a role that two delegate to counts for each only with that one's keys") func diamond() async throws {
        var repository = try SimulatedRepository()
        try repository.delegate(to: "parent-a", paths: .patterns(["a/*"]))
        try repository.delegate(to: "parent-b", paths: .patterns(["b/*"]))
        try repository.delegate(from: "parent-a", to: "release", paths: .patterns(["a/*"]))
        try repository.delegate(from: "parent-b", to: "release", paths: .patterns(["b/*"]))
        repository.signers["release"]?.removeLast()
        for path in ["a/x", "b/x"] { repository.targets["release"]?.set(TUFTarget(path: path, length: 0, hashes: TUFHashes(of: []))) }
        try repository.publish("release", "parent-a", "parent-b", "targets", "snapshot", "timestamp")
        let client = try SimulatedClient(of: repository)
        var updater = try await client.refresh(from: repository)
        #expect(try await updater.find("a/x") != nil)
        #expect(await refusal { try await updater.find("b/x") } == .metadataUnsigned)
        // The way that holds still does.
        #expect(try await updater.find("a/x") != nil)
        // What was stored on one way is not believed on the other, either.
        #expect(await refusal { try await client.find("b/x", in: repository) } == .metadataUnsigned)
    }

    @Test("a delegated role must be in the snapshot, in its version, unexpired, signed", arguments: 0..<5) func refusals(_ which: Int)
        async throws
    {
        var repository = try SimulatedRepository()
        let client = try SimulatedClient(of: repository)
        try repository.delegate(to: "team")
        var wanted = HoldfastError.Code.metadataInvalid
        switch which {
        case 0:
            try repository.publish("team", "targets")
            repository.snapshot.files["team.json"] = nil
        case 1:
            try repository.publish("team", "targets")
            repository.usesHashes = false
            repository.snapshot.files["team.json"] = repository.metaFile(2, [])
            repository.files["2.team.json"] = repository.files["1.team.json"]
        case 2:
            repository.targets["team"]?.header.expires = SimulatedRepository.now
            try repository.publish("team", "targets")
            wanted = .metadataExpired
        case 3:
            repository.signers["team"] = [try SimulatedRepository.signer()]
            try repository.publish("team", "targets")
            wanted = .metadataUnsigned
        default:
            try repository.publish("team", "targets")
            repository.files["1.team.json"] = nil
        }
        try repository.publish("snapshot", "timestamp")
        #expect(await refusal { try await client.find("x", in: repository) } == wanted)
        #expect(client.stored("team") == nil)
        #expect(client.takeAsked() == (which == 0 ? [] : [which == 1 ? "2.team.json" : "1.team.json"]))
    }

    @Test("no more roles are looked at than the limit says") func limit() async throws {
        var repository = try SimulatedRepository()
        var limits = TUFLimits()
        limits.visitedRoles = 5
        for index in 0..<6 { try repository.delegate(from: index == 0 ? "targets" : "r\(index - 1)", to: "r\(index)") }
        for role in repository.targets.keys.sorted() { try repository.publish(role) }
        try repository.publish("snapshot", "timestamp")
        let client = try SimulatedClient(of: repository, limits: limits)
        #expect(await refusal { try await client.find("x", in: repository) } == .metadataInvalid)
        #expect(client.takeAsked().count == 4)
    }

    @Test(
        "a role's name is one step of a path, whatever it says",
        arguments: ["?", "#", "/role", "../role", "..", ".", "a b", "é/ü", "a%2Fb"])
    func names(name: String) async throws {
        var repository = try SimulatedRepository()
        try repository.delegate(to: name)
        try repository.publish(name, "targets", "snapshot", "timestamp")
        let client = try SimulatedClient(of: repository)
        #expect(try await client.find("x", in: repository) == nil)
        let asked = try #require(client.takeAsked().first)
        #expect(asked.hasPrefix("1.") && asked.hasSuffix(".json") && !asked.contains("/") && !asked.contains("#") && !asked.contains("?"))
        #expect(PercentEncoding.decode(asked.dropFirst(2).dropLast(5)) == name)
        #expect(client.stored(name) != nil)
    }

    @Test(
        "no delegated role has a top-level name, no name or one that no file can have",
        arguments: ["root", "timestamp", "snapshot", "targets", "", String(repeating: "/", count: 100)])
    func forbidden(name: String) throws {
        #expect(throws: HoldfastError.self) { try TUFDelegatedRole(name, keys: TUFRoleKeys([], threshold: 1), paths: .patterns([])) }
        let json = OLPCJSON.object([
            "name": .string(name), "keyids": .array([]), "threshold": .integer(1), "paths": .array([]), "terminating": .bool(false),
        ])
        #expect(throws: HoldfastError.self) { try TUFDelegatedRole(json, what: "test") }
    }

    @Test("delegations that contradict themselves are refused") func contradictions() throws {
        let role: [String: OLPCJSON] = [
            "name": "a", "keyids": .array([]), "threshold": .integer(1), "paths": .array([]), "terminating": .bool(false),
        ]
        func delegations(_ roles: [[String: OLPCJSON]]) throws -> TUFDelegations {
            try TUFDelegations(.object(["keys": .object([:]), "roles": .array(roles.map { .object($0) })]), what: "test")
        }
        #expect(try delegations([role]).roles.count == 1)
        #expect(throws: HoldfastError.self) { try delegations([role, role]) }
        #expect(throws: HoldfastError.self) { try delegations([role.merging(["path_hash_prefixes": .array([])]) { $1 }]) }
        #expect(throws: HoldfastError.self) { try delegations([role.merging(["threshold": .integer(0)]) { $1 }]) }
        #expect(throws: HoldfastError.self) { try delegations([role.merging(["keyids": .array(["a", "a"])]) { $1 }]) }
    }
}
