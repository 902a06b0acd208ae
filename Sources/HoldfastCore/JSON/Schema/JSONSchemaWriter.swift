extension JSONSchema {
    /// The schema for an engine: only keywords it knows, members in the client's order, definitions under names of our own.
    ///
    /// The whole is a definition too. llama.cpp names its rules after definitions and properties, and takes two of one name for the same:
    /// below a definition no property's name can be that of one of its own rules, such as `date_time`.
    public var written: OrderedJSON {
        .object([
            .init("$defs", .object(definitions.enumerated().map { .init("d\($0)", $1.written) })),
            .init("$ref", .string("#/$defs/d0")),
        ])
    }
}

extension JSONSchema.Node {
    fileprivate var written: OrderedJSON {
        switch self {
        case .any: .object([])
        case .reference(let index): .object([.init("$ref", .string("#/$defs/d\(index)"))])
        case .anyOf(let nodes): .object([.init("anyOf", .array(nodes.map { $0.written }))])
        case .constants(let values): .object([.init("enum", .array(values))])
        case .object(let properties):
            Self.typed(
                "object",
                [
                    .init("properties", .object(properties.map { .init($0.name, $0.node.written) })),
                    .init("required", .array(properties.filter(\.isRequired).map { .string($0.name) })),
                    .init("additionalProperties", .bool(false)),
                ])
        case .map(.any): Self.typed("object", [])
        case .map(let node): Self.typed("object", [.init("additionalProperties", node.written)])
        case .array(let node, let count):
            Self.typed("array", [.init("items", node.written)] + count.written("minItems", "maxItems"))
        case .tuple(let nodes): Self.typed("array", [.init("prefixItems", .array(nodes.map { $0.written }))])
        case .string(let length): Self.typed("string", length?.written("minLength", "maxLength") ?? [])
        case .formatted(let format): Self.typed("string", [.init("format", .string(format.rawValue))])
        case .integer(let range):
            Self.typed(
                "integer",
                range.map { [.init("minimum", .number("\($0.lowerBound)")), .init("maximum", .number("\($0.upperBound)"))] } ?? [])
        case .number: Self.typed("number", [])
        case .boolean: Self.typed("boolean", [])
        case .null: Self.typed("null", [])
        }
    }

    private static func typed(_ type: String, _ members: [OrderedJSON.Member]) -> OrderedJSON {
        .object([.init("type", .string(type))] + members)
    }
}

extension JSONSchema.Repetition {
    fileprivate func written(_ least: String, _ most: String) -> [OrderedJSON.Member] {
        var members: [OrderedJSON.Member] = []
        if minimum > 0 { members.append(.init(least, .number("\(minimum)"))) }
        if let maximum { members.append(.init(most, .number("\(maximum)"))) }
        return members
    }
}
