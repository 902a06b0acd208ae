/// The types of JSON Schema, and the keywords that bound each.
enum JSONSchemaType: String, CaseIterable {
    case object, array, string, integer, number, boolean, null

    var keywords: Set<String> {
        switch self {
        case .object: ["properties", "required", "additionalProperties"]
        case .array: ["items", "prefixItems", "minItems", "maxItems"]
        case .string: ["minLength", "maxLength", "format"]
        case .integer: ["minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum"]
        case .number, .boolean, .null: []
        }
    }

    func holds(_ value: OrderedJSON) -> Bool {
        switch (self, value) {
        case (.string, .string), (.number, .number), (.boolean, .bool), (.null, .null): true
        case (.integer, .number(let text)): Int64(text) != nil
        default: false
        }
    }
}

/// The keywords of one schema object, each read with its checks.
struct JSONSchemaKeywords {
    private let members: [OrderedJSON.Member]
    private let path: String
    private let strict: Bool

    /// They say something to people, and nothing about the answer.
    private static let annotations: Set<String> = [
        "title", "description", "default", "example", "examples", "deprecated", "readOnly", "writeOnly", "$schema", "$id", "$comment",
        "$defs", "definitions",
    ]
    /// To leave one of these out would be another schema.
    private static let shaping: Set<String> = [
        "$ref", "anyOf", "oneOf", "allOf", "enum", "const", "type", "properties", "required", "items", "prefixItems",
    ]

    init(_ members: [OrderedJSON.Member], at path: String, strict: Bool) {
        self.members = members
        self.path = path
        self.strict = strict
    }

    subscript(name: String) -> OrderedJSON? { members.first { $0.name == name }?.value }

    func path(_ keyword: String) -> String { "\(path).\(keyword)" }

    /// - Throws: `unsupported_parameter` for a keyword that is not among them and may not be left out.
    func allow(_ names: Set<String>) throws {
        for member in members where !names.contains(member.name) && !Self.annotations.contains(member.name) {
            let shown = path(String(member.name.prefix(80)))
            if Self.shaping.contains(member.name) {
                throw JSONSchemaReader.unsupported("'\(shown)' cannot stand beside the schema's other keywords.", shown)
            }
            if strict {
                throw JSONSchemaReader.unsupported("'\(shown)' cannot be enforced, so 'strict' refuses it.", shown)
            }
        }
    }

    /// - Returns: nil where any is allowed.
    func types() throws -> [JSONSchemaType]? {
        let place = path("type")
        func type(_ value: OrderedJSON) throws -> JSONSchemaType {
            guard case .string(let text) = value, let type = JSONSchemaType(rawValue: text) else {
                let known = JSONSchemaType.allCases.map(\.rawValue).joined(separator: ", ")
                throw JSONSchemaReader.invalid("'\(place)' must be one or several of \(known).", place)
            }
            return type
        }
        switch self["type"] {
        case nil:
            // Without a type, what is bounded says it.
            let names = Set(members.map(\.name))
            return [JSONSchemaType.object, .array, .string].first { !$0.keywords.isDisjoint(with: names) }.map { [$0] }
        case .array(let values)?:
            let types = try values.map(type)
            guard !types.isEmpty, Set(types).count == types.count else {
                throw JSONSchemaReader.invalid("'\(place)' must name at least one type, and each once.", place)
            }
            return types
        case .some(let value): return [try type(value)]
        }
    }

    /// `enum` or `const`, as far as `types` allow; nil without either.
    func constants(of types: [JSONSchemaType]?) throws -> [OrderedJSON]? {
        let keyword = self["const"] == nil ? "enum" : "const"
        guard let value = self[keyword] else { return nil }
        try allow(["type", keyword])
        let place = path(keyword)
        var values = [value]
        if keyword == "enum" {
            guard case .array(let elements) = value, (1...JSONSchemaLimits.constants).contains(elements.count) else {
                throw JSONSchemaReader.invalid("'\(place)' must be an array of 1 to \(JSONSchemaLimits.constants) values.", place)
            }
            values = elements
        }
        for (index, value) in values.enumerated() {
            let shown = keyword == "enum" ? "\(place)[\(index)]" : place
            switch value {
            case .object, .array:
                throw JSONSchemaReader.unsupported("'\(shown)' must be a string, a number, true, false or null.", shown)
            case .string(let text) where text.utf8.count > JSONSchemaLimits.constantBytes:
                throw JSONSchemaReader.invalid("'\(shown)' has more than \(JSONSchemaLimits.constantBytes) bytes.", shown)
            default: break
            }
        }
        guard let types else { return values }
        values.removeAll { value in !types.contains { $0.holds(value) } }
        guard !values.isEmpty else {
            throw JSONSchemaReader.invalid("No value of '\(place)' is of the schema's type.", place)
        }
        return values
    }

    func properties() throws -> [OrderedJSON.Member] {
        guard let value = self["properties"] else { return [] }
        let place = path("properties")
        guard case .object(let members) = value, members.count <= JSONSchemaLimits.properties else {
            throw JSONSchemaReader.invalid("'\(place)' must be an object of at most \(JSONSchemaLimits.properties) schemas.", place)
        }
        for member in members {
            // llama.cpp takes a property of this name for all those that have none.
            guard member.name.utf8.count <= JSONSchemaLimits.nameBytes, member.name != "*" else {
                let shown = "\(place).\(member.name.prefix(80))"
                throw JSONSchemaReader.invalid(
                    "'\(shown)': a property's name must have at most \(JSONSchemaLimits.nameBytes) bytes, and not be '*'.", shown)
            }
        }
        return members
    }

    func required() throws -> Set<String> {
        guard let value = self["required"] else { return [] }
        let place = path("required")
        guard case .array(let elements) = value else { throw JSONSchemaReader.invalid("'\(place)' must be an array of names.", place) }
        return Set(
            try elements.map {
                guard case .string(let name) = $0 else { throw JSONSchemaReader.invalid("'\(place)' must be an array of names.", place) }
                return name
            })
    }

    /// `prefixItems`, or `items` as it was written before there was one; nil when neither is a list.
    func tuple() throws -> (elements: [OrderedJSON], path: String)? {
        let keyword: String
        if case .array? = self["items"] { keyword = "items" } else { keyword = "prefixItems" }
        guard let value = self[keyword] else { return nil }
        let place = path(keyword)
        guard case .array(let elements) = value, (1...JSONSchemaLimits.properties).contains(elements.count) else {
            throw JSONSchemaReader.invalid("'\(place)' must be an array of 1 to \(JSONSchemaLimits.properties) schemas.", place)
        }
        if keyword == "prefixItems", let rest = self["items"], rest != .bool(false) {
            throw JSONSchemaReader.unsupported("'\(path("items"))' beside 'prefixItems' must be false.", path("items"))
        }
        return (elements, place)
    }

    func format() throws -> JSONSchema.Format? {
        guard let value = self["format"] else { return nil }
        let place = path("format")
        guard case .string(let text) = value else { throw JSONSchemaReader.invalid("'\(place)' must be a string.", place) }
        guard let format = JSONSchema.Format(rawValue: text) else {
            guard strict else { return nil }
            let known = JSONSchema.Format.allCases.map(\.rawValue).joined(separator: ", ")
            throw JSONSchemaReader.unsupported("'\(place)' is not one of \(known), so 'strict' refuses it.", place)
        }
        if strict, let name = ["minLength", "maxLength"].first(where: { self[$0] != nil }) {
            throw JSONSchemaReader.unsupported("'\(path(name))' beside a format cannot be enforced, so 'strict' refuses it.", path(name))
        }
        return format
    }
}
