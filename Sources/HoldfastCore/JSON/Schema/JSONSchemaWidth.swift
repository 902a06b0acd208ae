/// How many alternatives an engine may have to follow at the same time.
///
/// llama.cpp keeps each on a list and tries every token of its vocabulary against all of them. Alternatives that begin with different
/// characters are told apart at once; of those that begin alike, all stay. Where a schema that contains itself has two such, their number
/// doubles at each level, and an engine that was asked for `[[[[…` computes for ever and for nobody else.
struct JSONSchemaWidth {
    private let schema: JSONSchema
    private var widths: [Int]
    private var beginnings: [Set<Beginning>]

    /// What a value's first character tells.
    private enum Beginning: CaseIterable {
        case object, array, string, number, `true`, `false`, null
    }

    /// Bounds are written as ranges of digits, several of which a number may be on the way through.
    private static let widthOfBounds = 32

    static func check(_ schema: JSONSchema, field: String) throws {
        try checkReferences(schema, field: field)
        var measure = JSONSchemaWidth(schema)
        measure.findBeginnings()
        // Without a cycle that grows, each round settles at least one definition.
        for _ in 0...schema.definitions.count {
            let next = schema.definitions.map { measure.width(of: $0) }
            if next == measure.widths { break }
            measure.widths = next
        }
        guard schema.definitions.map({ measure.width(of: $0) }) == measure.widths else {
            throw JSONSchemaReader.unsupported(
                "The schema contains itself in several alternatives that begin alike; let only one alternative of each kind do so.", field)
        }
        guard measure.widths.allSatisfy({ $0 <= JSONSchemaLimits.width }) else {
            throw JSONSchemaReader.invalid(
                "The schema has more than \(JSONSchemaLimits.width) alternatives that begin alike in one place.", field)
        }
    }

    private init(_ schema: JSONSchema) {
        self.schema = schema
        widths = schema.definitions.map { _ in 1 }
        beginnings = schema.definitions.map { _ in [] }
    }

    private mutating func findBeginnings() {
        for _ in 0...schema.definitions.count { beginnings = schema.definitions.map { beginning(of: $0) } }
    }

    private func width(of node: JSONSchema.Node) -> Int {
        let parallel =
            switch node {
            case .reference(let index): widths[index]
            case .constants(let values): values.count
            case .object(let properties):
                max(properties.count { !$0.isRequired } + 1, properties.map { width(of: $0.node) }.max() ?? 1)
            case .map(let node), .array(let node, _): max(2, width(of: node))
            case .tuple(let nodes): nodes.map { width(of: $0) }.max() ?? 1
            case .anyOf(let nodes): width(ofAlternatives: nodes)
            case .integer(.some): Self.widthOfBounds
            case .any, .string, .formatted, .integer, .number, .boolean, .null: 1
            }
        // A sum of sums must not overflow before it is refused.
        return min(parallel, 1 << 30)
    }

    private func width(ofAlternatives nodes: [JSONSchema.Node]) -> Int {
        let measured = nodes.map { (beginning(of: $0), width(of: $0)) }
        let alike = Beginning.allCases.map { beginning in
            measured.filter { $0.0.contains(beginning) }.reduce(0) { min($0 + $1.1, 1 << 30) }
        }
        return max(nodes.count, alike.max() ?? 1)
    }

    private func beginning(of node: JSONSchema.Node) -> Set<Beginning> {
        switch node {
        case .any: Set(Beginning.allCases)
        case .reference(let index): beginnings[index]
        case .anyOf(let nodes): nodes.reduce(into: []) { $0.formUnion(beginning(of: $1)) }
        case .constants(let values): Set(values.map(Self.beginning))
        case .object, .map: [.object]
        case .array, .tuple: [.array]
        case .string, .formatted: [.string]
        case .integer, .number: [.number]
        case .boolean: [.true, .false]
        case .null: [.null]
        }
    }

    private static func beginning(_ value: OrderedJSON) -> Beginning {
        switch value {
        case .object: .object
        case .array: .array
        case .string: .string
        case .number: .number
        case .bool(let flag): flag ? .true : .false
        case .null: .null
        }
    }

    /// A reference that leads back to itself with nothing in between is no schema: there is no value it could be.
    private static func checkReferences(_ schema: JSONSchema, field: String) throws {
        func bare(_ node: JSONSchema.Node) -> [Int] {
            switch node {
            case .reference(let index): [index]
            case .anyOf(let nodes): nodes.flatMap(bare)
            default: []
            }
        }
        for start in schema.definitions.indices {
            var seen: Set<Int> = []
            var next = bare(schema.definitions[start])
            while let index = next.popLast() {
                guard index != start else {
                    throw JSONSchemaReader.invalid("A '$ref' of the schema leads back to itself with nothing in between.", field)
                }
                if seen.insert(index).inserted { next += bare(schema.definitions[index]) }
            }
        }
    }
}
