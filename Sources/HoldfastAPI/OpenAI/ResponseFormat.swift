public import HoldfastCore

/// `response_format` of a chat: text, any JSON object, or JSON by a schema.
enum ResponseFormat {
    static let field = "response_format"

    static func read(_ fields: RequestFields) throws -> AnswerFormat {
        switch try fields.optional(field, as: JSONShape.self, expected: "an object") {
        case nil, .object(type: "text"): return .text
        case .object(type: "json_object"): return .json
        case .object(type: "json_schema"): return try schema(fields.ordered(field))
        case .object, .emptyObject:
            throw RequestFields.refusal("'\(field).type' must be \"text\", \"json_object\" or \"json_schema\".", field: "\(field).type")
        default: throw RequestFields.refusal("'\(field)' must be an object.", field: field)
        }
    }

    private static func schema(_ format: OrderedJSON) throws -> AnswerFormat {
        let place = "\(field).json_schema"
        guard case .object? = format["json_schema"], let wrapper = format["json_schema"] else {
            throw RequestFields.refusal("'\(place)' must be an object with the schema.", field: place)
        }
        if let name = wrapper["name"] {
            guard case .string(let text) = name, (1...64).contains(text.utf8.count) else {
                throw RequestFields.refusal("'\(place).name' must be a string of 1 to 64 bytes.", field: "\(place).name")
            }
        }
        let strict: Bool
        switch wrapper["strict"] {
        case nil, .null: strict = false
        case .bool(let flag): strict = flag
        default: throw RequestFields.refusal("'\(place).strict' must be true or false.", field: "\(place).strict")
        }
        guard case .object? = wrapper["schema"], let schema = wrapper["schema"] else {
            throw RequestFields.refusal("'\(place).schema' must be an object.", field: "\(place).schema")
        }
        return .schema(try JSONSchema(reading: schema, strict: strict, field: "\(place).schema"))
    }
}

extension AnswerFormat {
    /// For the audit trail: what was asked for, and how much of it; never the schema itself, which may say what a prompt does.
    public var auditParameters: [String: Int64] {
        switch self {
        case .text: [:]
        case .json: ["response_format": 1]
        case .schema(let schema): ["response_format": 2, "schema_bytes": Int64(schema.byteCount)]
        }
    }
}
