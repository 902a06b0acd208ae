import FoundationEssentials
import HoldfastAPI
import HoldfastCore
import Testing

@Suite("Vocabulary: verbs, operations and the pages that describe them")
struct VocabularyTests {
    static let policies = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../policies").standardized

    static func page() throws -> [Substring] {
        String(decoding: try Data(contentsOf: policies.appending(path: "README.md")), as: UTF8.self).split(separator: "\n")
    }

    @Test("no two operations share method, path and socket")
    func unique() {
        let routes = Operation.all.map { "\($0.socket.rawValue) \($0.method.rawValue) \($0.path)" }
        #expect(Set(routes).count == routes.count)
    }

    @Test("an operation of one id needs one verb, on whichever socket")
    func sameVerb() {
        for operation in Operation.all + Operation.catalog {
            #expect(
                (Operation.all + Operation.catalog).filter { $0.id == operation.id }.allSatisfy { $0.access == operation.access },
                "\(operation.id)")
        }
    }

    @Test("every verb is needed by an operation", arguments: Verb.allCases)
    func used(_ verb: Verb) {
        #expect((Operation.all + Operation.catalog).contains { $0.access == .verb(verb) })
    }

    @Test("api.sock has nothing but using and seeing models")
    func applications() {
        for operation in Operation.all where operation.socket == .api {
            switch operation.access {
            case .anyCaller: #expect(operation.id == "node.health")
            case .verb(let verb): #expect([.modelsRead, .inferenceInvoke].contains(verb), "\(operation.id)")
            }
        }
    }

    @Test(
        "README.md has a line for every verb, with its kind of resource and the operations that need it, and no others",
        arguments: Verb.allCases)
    func verbLine(_ verb: Verb) throws {
        let line = try #require(try Self.page().first { $0.hasPrefix("| `\(verb.rawValue)` |") })
        let cells = line.split(separator: "|").map { $0.dropFirst().dropLast() }
        try #require(cells.count == 4)
        #expect(cells[2] == verb.resourceKind.rawValue)
        let needed = Set(Operation.all.filter { $0.access == .verb(verb) }.map(\.id))
        let written = cells[3].split(separator: "`").map(String.init).filter {
            $0.wholeMatch(of: /[a-z]+(\.[a-z-]+)+/) != nil && $0 != "api.sock"
        }
        #expect(Set(written) == needed)
    }

    @Test("README.md has a line for every limit")
    func limits() throws {
        let text = try Self.page().joined(separator: "\n")
        for kind in LimitKind.allCases { #expect(text.contains("\n| `\(kind.rawValue)`"), "\(kind)") }
    }

    @Test("README.md names every operation and every built-in role")
    func named() throws {
        let text = try Self.page().joined(separator: "\n")
        for operation in Operation.all { #expect(text.contains("`\(operation.id)`"), "\(operation.id)") }
        for role in BuiltInRoles.names { #expect(text.contains("| `\(role)` |"), "\(role)") }
    }

    /// The parts of schema.json that repeat what the code knows.
    struct Schema: Decodable {
        struct Words: Decodable { let `enum`: [String] }
        struct Keys: Decodable { let properties: [String: Bounds] }
        struct Bounds: Decodable {
            let minimum: Int64?
            let maximum: Int64?
        }
        struct Definitions: Decodable {
            let verb: Words
            let limits: Keys
        }
        struct Names: Decodable { let not: Words }
        struct Roles: Decodable { let propertyNames: Names }
        struct Properties: Decodable { let roles: Roles }

        let properties: Properties
        let definitions: Definitions

        enum CodingKeys: String, CodingKey {
            case properties
            case definitions = "$defs"
        }
    }

    @Test("schema.json has the verbs, their groups and the built-in roles that there are")
    func schema() throws {
        let schema = try JSONDecoder().decode(Schema.self, from: Data(contentsOf: Self.policies.appending(path: "schema.json")))
        let words = schema.definitions.verb.enum
        let groups = Set(Verb.allCases.map { $0.rawValue.prefix { $0 != ":" } + ":*" }.map(String.init))
        #expect(Set(words) == Set(Verb.allCases.map(\.rawValue)).union(groups).union(["*"]))
        #expect(Set(words).count == words.count)
        #expect(schema.properties.roles.propertyNames.not.enum == BuiltInRoles.names)
        #expect(Set(schema.definitions.limits.properties.keys) == Set(LimitKind.allCases.map(\.rawValue)).union(["zone"]))
        for kind in LimitKind.allCases {
            let bounds = schema.definitions.limits.properties[kind.rawValue]
            #expect(bounds?.minimum == kind.range?.lowerBound && bounds?.maximum == kind.range?.upperBound, "\(kind)")
        }
    }
}
