extension JSONSchema {
    /// - Parameters:
    ///   - strict: a keyword that cannot be enforced is refused; otherwise it is left out. What shapes the answer is never left out.
    ///   - field: the schema's place in the request; refusals name the place within.
    /// - Throws: ``HoldfastError`` `invalid_request` or `unsupported_parameter`, with the path of the part at fault.
    public init(reading source: OrderedJSON, strict: Bool, field: String) throws {
        byteCount = try source.serialized().count
        guard byteCount <= JSONSchemaLimits.bytes else {
            throw HoldfastError(
                .invalidRequest, "The schema has \(byteCount) bytes; at most \(JSONSchemaLimits.bytes) are allowed.", field: field)
        }
        var reader = JSONSchemaReader(source: source, strict: strict, field: field)
        definitions = try reader.read()
        try JSONSchemaWidth.check(self, field: field)
    }
}

/// Reads one schema, and counts what it costs.
struct JSONSchemaReader {
    let source: OrderedJSON
    let strict: Bool
    let field: String
    private var indices: [String: Int] = [:]
    private var pending: [(value: OrderedJSON, path: String)] = []
    private var nodes = 0
    private var repetitions = 0

    init(source: OrderedJSON, strict: Bool, field: String) {
        self.source = source
        self.strict = strict
        self.field = field
    }

    /// The whole, and all that references led to, one after the other: definitions may refer to each other in any depth.
    mutating func read() throws -> [JSONSchema.Node] {
        indices["#"] = 0
        pending = [(source, field)]
        var definitions: [JSONSchema.Node] = []
        while definitions.count < pending.count {
            let (value, path) = pending[definitions.count]
            definitions.append(try node(value, at: path, depth: 0))
        }
        return definitions
    }

    private mutating func node(_ value: OrderedJSON, at path: String, depth: Int) throws -> JSONSchema.Node {
        nodes += 1
        guard nodes <= JSONSchemaLimits.nodes else {
            throw Self.invalid("The schema has more than \(JSONSchemaLimits.nodes) parts.", field)
        }
        guard depth < JSONSchemaLimits.depth else {
            throw Self.invalid("The schema is nested deeper than \(JSONSchemaLimits.depth) levels.", path)
        }
        switch value {
        case .bool(true): return .any
        case .object(let members):
            return try node(JSONSchemaKeywords(members, at: path, strict: strict), depth: depth)
        default: throw Self.invalid("'\(path)' must be a schema: an object, or true.", path)
        }
    }

    private mutating func node(_ keywords: JSONSchemaKeywords, depth: Int) throws -> JSONSchema.Node {
        if let reference = keywords["$ref"] {
            try keywords.allow(["$ref"])
            return try resolve(reference, at: keywords.path("$ref"))
        }
        for name in ["anyOf", "oneOf", "allOf"] {
            guard let alternatives = keywords[name] else { continue }
            try keywords.allow([name])
            return try combination(name, alternatives, at: keywords.path(name), depth: depth)
        }
        let types = try keywords.types()
        if let constants = try keywords.constants(of: types) { return .constants(constants) }
        guard let types else {
            try keywords.allow([])
            return .any
        }
        try keywords.allow(types.reduce(into: ["type"]) { $0.formUnion($1.keywords) })
        let alternatives = try types.map { try node(of: $0, keywords, depth: depth) }
        return alternatives.count == 1 ? alternatives[0] : .anyOf(alternatives)
    }

    private mutating func combination(
        _ name: String, _ value: OrderedJSON, at path: String, depth: Int
    ) throws -> JSONSchema.Node {
        guard case .array(let alternatives) = value, !alternatives.isEmpty else {
            throw Self.invalid("'\(path)' must be an array of at least one schema.", path)
        }
        guard name != "allOf" || alternatives.count == 1 else {
            throw Self.unsupported("'allOf' of more than one schema is not supported: write the members into one object.", path)
        }
        guard name != "oneOf" || !strict else {
            throw Self.unsupported("'oneOf' cannot be enforced, so 'strict' refuses it: write 'anyOf'.", path)
        }
        let read = try alternatives.enumerated().map { index, alternative in
            try node(alternative, at: "\(path)[\(index)]", depth: depth + 1)
        }
        return read.count == 1 ? read[0] : .anyOf(read)
    }

    private mutating func node(of type: JSONSchemaType, _ keywords: JSONSchemaKeywords, depth: Int) throws -> JSONSchema.Node {
        switch type {
        case .object: try object(keywords, depth: depth)
        case .array: try array(keywords, depth: depth)
        case .string: try string(keywords)
        case .integer: .integer(try keywords.integerRange())
        case .number: .number
        case .boolean: .boolean
        case .null: .null
        }
    }

    private mutating func object(_ keywords: JSONSchemaKeywords, depth: Int) throws -> JSONSchema.Node {
        let properties = try keywords.properties()
        let required = try keywords.required()
        let path = keywords.path("additionalProperties")
        guard !properties.isEmpty else {
            if let name = required.first { throw missing(name, keywords) }
            switch keywords["additionalProperties"] {
            case nil, .bool(true): return .map(.any)
            case .bool(false): return .object([])
            case .some(let values): return .map(try node(values, at: path, depth: depth + 1))
            }
        }
        // Beside named properties, none are added: such an answer fits as well, and llama.cpp writes names into its rule unescaped.
        switch keywords["additionalProperties"] {
        case nil, .bool, .object: break
        case .some: throw Self.invalid("'\(path)' must be true, false or a schema.", path)
        }
        if let name = required.first(where: { name in !properties.contains { $0.name == name } }) { throw missing(name, keywords) }
        return .object(
            try properties.map {
                JSONSchema.Property(
                    name: $0.name, node: try node($0.value, at: keywords.path("properties") + ".\($0.name.prefix(80))", depth: depth + 1),
                    isRequired: required.contains($0.name))
            })
    }

    private func missing(_ name: String, _ keywords: JSONSchemaKeywords) -> HoldfastError {
        Self.invalid("'required' names '\(name.prefix(80))', which 'properties' does not have.", keywords.path("required"))
    }

    private mutating func array(_ keywords: JSONSchemaKeywords, depth: Int) throws -> JSONSchema.Node {
        let count = try keywords.repetition("minItems", "maxItems", limit: JSONSchemaLimits.items)
        try add(count, at: keywords.path("maxItems"))
        if let (elements, path) = try keywords.tuple() {
            guard (count.minimum...max(count.minimum, count.maximum ?? .max)).contains(elements.count) else {
                throw Self.invalid("'\(path)' has \(elements.count) elements, which 'minItems' or 'maxItems' does not allow.", path)
            }
            return .tuple(try elements.enumerated().map { try node($1, at: "\(path)[\($0)]", depth: depth + 1) })
        }
        return .array(try keywords["items"].map { try node($0, at: keywords.path("items"), depth: depth + 1) } ?? .any, count)
    }

    private mutating func string(_ keywords: JSONSchemaKeywords) throws -> JSONSchema.Node {
        let length = try keywords.repetition("minLength", "maxLength", limit: JSONSchemaLimits.length)
        if let format = try keywords.format() { return .formatted(format) }
        try add(length, at: keywords.path("maxLength"))
        return .string(length == JSONSchema.Repetition(minimum: 0, maximum: nil) ? nil : length)
    }

    private mutating func add(_ repetition: JSONSchema.Repetition, at path: String) throws {
        repetitions += repetition.maximum ?? repetition.minimum
        guard repetitions <= JSONSchemaLimits.repetitions else {
            throw Self.invalid(
                "The schema's lengths and counts are more than \(JSONSchemaLimits.repetitions) together; make some smaller.", path)
        }
    }

    // MARK: References

    private mutating func resolve(_ value: OrderedJSON, at path: String) throws -> JSONSchema.Node {
        guard case .string(let text) = value else { throw Self.invalid("'\(path)' must be a string.", path) }
        if let index = indices[text] { return .reference(index) }
        guard let target = target(of: text) else {
            throw Self.invalid("'\(path)' must be '#', '#/$defs/NAME' or '#/definitions/NAME', and be there.", path)
        }
        indices[text] = pending.count
        pending.append(target)
        return .reference(pending.count - 1)
    }

    private func target(of reference: String) -> (OrderedJSON, String)? {
        for group in ["$defs", "definitions"] where reference.hasPrefix("#/\(group)/") {
            // RFC 6901: `~1` is a slash, `~0` a tilde.
            let name = reference.dropFirst(group.utf8.count + 3).split(separator: "~1", omittingEmptySubsequences: false)
                .map { $0.split(separator: "~0", omittingEmptySubsequences: false).joined(separator: "~") }.joined(separator: "/")
            return source[group]?[name].map { ($0, "\(field).\(group).\(name.prefix(80))") }
        }
        return nil
    }

    static func invalid(_ message: String, _ field: String) -> HoldfastError { HoldfastError(.invalidRequest, message, field: field) }

    static func unsupported(_ message: String, _ field: String) -> HoldfastError {
        HoldfastError(
            .unsupportedParameter, message, hint: "docs/compatibility.md lists what a schema may have", field: field)
    }
}
