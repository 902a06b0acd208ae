import Testing

@testable import HoldfastCore

/// Schemas that an engine must never see. Each is refused with the place that is wrong.
@Suite struct JSONSchemaRefusalTests {
    struct Case: CustomTestStringConvertible {
        let schema: String
        let field: String
        var strict = false
        var testDescription: String { "\(schema.prefix(120)) → \(field)\(strict ? ", strict" : "")" }
    }

    static func many(_ count: Int, _ element: (Int) -> String) -> String { (0..<count).map(element).joined(separator: ",") }
    static func nested(_ depth: Int) -> String {
        String(repeating: "{\"items\":", count: depth) + "{}" + String(repeating: "}", count: depth)
    }

    static let name = String(repeating: "n", count: 129)

    static let malformed: [Case] = [
        Case(schema: "17", field: "s"), Case(schema: "false", field: "s"), Case(schema: "[]", field: "s"), Case(schema: "null", field: "s"),
        Case(schema: "{\"type\":17}", field: "s.type"), Case(schema: "{\"type\":\"file\"}", field: "s.type"),
        Case(schema: "{\"type\":[]}", field: "s.type"), Case(schema: "{\"type\":[\"null\",\"null\"]}", field: "s.type"),
        Case(schema: "{\"properties\":[]}", field: "s.properties"), Case(schema: "{\"properties\":{\"a\":1}}", field: "s.properties.a"),
        Case(schema: "{\"properties\":{\"a\":{\"items\":{\"enum\":[]}}}}", field: "s.properties.a.items.enum"),
        Case(schema: "{\"properties\":{\"*\":{}}}", field: "s.properties.*"),
        Case(schema: "{\"required\":[\"a\"]}", field: "s.required"),
        Case(schema: "{\"properties\":{\"a\":{}},\"required\":[\"b\"]}", field: "s.required"),
        Case(schema: "{\"properties\":{\"a\":{}},\"required\":\"a\"}", field: "s.required"),
        Case(schema: "{\"properties\":{\"a\":{}},\"required\":[1]}", field: "s.required"),
        Case(schema: "{\"additionalProperties\":17}", field: "s.additionalProperties"),
        Case(schema: "{\"properties\":{\"a\":{}},\"additionalProperties\":\"no\"}", field: "s.additionalProperties"),
        Case(schema: "{\"anyOf\":[]}", field: "s.anyOf"), Case(schema: "{\"anyOf\":{}}", field: "s.anyOf"),
        Case(schema: "{\"anyOf\":[{},17]}", field: "s.anyOf[1]"),
        Case(schema: "{\"anyOf\":[{}],\"type\":\"object\"}", field: "s.type"),
        Case(schema: "{\"$ref\":\"#\",\"properties\":{}}", field: "s.properties"),
        Case(schema: "{\"enum\":17}", field: "s.enum"), Case(schema: "{\"enum\":[{}]}", field: "s.enum[0]"),
        Case(schema: "{\"const\":[]}", field: "s.const"), Case(schema: "{\"type\":\"integer\",\"enum\":[\"a\",1.5]}", field: "s.enum"),
        Case(schema: "{\"enum\":[1],\"items\":{}}", field: "s.items"),
        Case(schema: "{\"minLength\":-1}", field: "s.minLength"), Case(schema: "{\"minLength\":\"1\"}", field: "s.minLength"),
        Case(schema: "{\"maxLength\":1.5}", field: "s.maxLength"), Case(schema: "{\"minLength\":3,\"maxLength\":2}", field: "s.maxLength"),
        Case(schema: "{\"minItems\":2,\"maxItems\":1}", field: "s.maxItems"),
        Case(schema: "{\"prefixItems\":[]}", field: "s.prefixItems"), Case(schema: "{\"prefixItems\":{}}", field: "s.prefixItems"),
        Case(schema: "{\"prefixItems\":[{}],\"items\":{}}", field: "s.items"),
        Case(schema: "{\"prefixItems\":[{}],\"minItems\":2}", field: "s.prefixItems"),
        Case(schema: "{\"type\":\"integer\",\"minimum\":\"1\"}", field: "s.minimum"),
        Case(schema: "{\"type\":\"integer\",\"exclusiveMinimum\":true}", field: "s.exclusiveMinimum"),
        Case(schema: "{\"type\":\"integer\",\"minimum\":3,\"maximum\":2}", field: "s.maximum"),
        Case(schema: "{\"type\":\"integer\",\"exclusiveMinimum\":1,\"exclusiveMaximum\":2}", field: "s.exclusiveMaximum"),
        Case(schema: "{\"$ref\":17}", field: "s.$ref"), Case(schema: "{\"$ref\":\"http://x/y\"}", field: "s.$ref"),
        Case(schema: "{\"$ref\":\"#/$defs/none\"}", field: "s.$ref"), Case(schema: "{\"$ref\":\"#/properties/a\"}", field: "s.$ref"),
        Case(schema: "{\"$ref\":\"#/$defs/a\",\"$defs\":{\"a\":{\"type\":7}}}", field: "s.$defs.a.type"),
        Case(schema: "{\"allOf\":[{},{}]}", field: "s.allOf"), Case(schema: "{\"format\":17}", field: "s.format"),
    ]

    /// Bounds that no engine may be given: each of these makes llama-server slow, or hangs it.
    static let excessive: [Case] = [
        Case(schema: "{\"title\":\"\(String(repeating: "x", count: 66_000))\"}", field: "s"),
        Case(schema: nested(16), field: "s" + String(repeating: ".items", count: 16)),
        Case(schema: "{\"prefixItems\":[\(many(100) { _ in nested(6) })]}", field: "s"),
        Case(schema: "{\"properties\":{\(many(101) { "\"p\($0)\":{}" })}}", field: "s.properties"),
        Case(schema: "{\"properties\":{\"\(name)\":{}}}", field: "s.properties.\(name.prefix(80))"),
        Case(schema: "{\"enum\":[\(many(251) { "\($0)" })]}", field: "s.enum"),
        Case(schema: "{\"const\":\"\(String(repeating: "c", count: 257))\"}", field: "s.const"),
        Case(schema: "{\"maxLength\":2001}", field: "s.maxLength"), Case(schema: "{\"minLength\":1e300}", field: "s.minLength"),
        Case(schema: "{\"maxItems\":1001}", field: "s.maxItems"),
        Case(schema: "{\"prefixItems\":[\(many(11) { _ in "{\"maxLength\":2000}" })]}", field: "s.prefixItems[10].maxLength"),
        Case(schema: "{\"type\":\"integer\",\"minimum\":1000000000000000}", field: "s.minimum"),
        Case(schema: "{\"type\":\"integer\",\"maximum\":-1e15}", field: "s.maximum"),
        Case(schema: "{\"anyOf\":[\(many(9) { "{\"type\":\"integer\",\"minimum\":\($0),\"maximum\":9}" })]}", field: "s"),
        Case(schema: "{\"anyOf\":[\(many(2) { _ in "{\"enum\":[\(many(126) { "\"\($0)\"" })]}" })]}", field: "s"),
    ]

    /// Schemas that contain themselves so that an engine's work doubles at each level, or that mean nothing.
    static let circular: [Case] = [
        Case(schema: "{\"$ref\":\"#\"}", field: "s"),
        Case(schema: "{\"anyOf\":[{\"type\":\"null\"},{\"$ref\":\"#\"}]}", field: "s"),
        Case(
            schema: "{\"$ref\":\"#/$defs/a\",\"$defs\":{\"a\":{\"anyOf\":[{\"$ref\":\"#/$defs/b\"}]},\"b\":{\"$ref\":\"#/$defs/a\"}}}",
            field: "s"),
        Case(schema: "{\"anyOf\":[{\"items\":{\"$ref\":\"#\"}},{\"items\":{\"$ref\":\"#\"}}]}", field: "s"),
        Case(schema: "{\"anyOf\":[{\"items\":{\"$ref\":\"#\"}},{\"items\":{\"type\":\"null\"}}]}", field: "s"),
        // Doubled in each of ten steps, and no circle.
        Case(schema: "{\"$ref\":\"#/$defs/a0\",\"$defs\":{\(many(10, doubled)),\"a10\":{}}}", field: "s"),
    ]

    private static func doubled(_ step: Int) -> String {
        let next = "{\"$ref\":\"#/$defs/a\(step + 1)\"}"
        return "\"a\(step)\":{\"anyOf\":[{\"items\":\(next)},{\"prefixItems\":[\(next)]}]}"
    }

    /// What can only be ignored is an error where the client insists.
    static let strict: [Case] = [
        Case(schema: "{\"type\":\"string\",\"pattern\":\"a\"}", field: "s.pattern", strict: true),
        Case(schema: "{\"type\":\"number\",\"minimum\":1}", field: "s.minimum", strict: true),
        Case(schema: "{\"oneOf\":[{}]}", field: "s.oneOf", strict: true),
        Case(schema: "{\"format\":\"email\"}", field: "s.format", strict: true),
        Case(schema: "{\"format\":\"date\",\"minLength\":2}", field: "s.minLength", strict: true),
        Case(schema: "{\"type\":\"array\",\"uniqueItems\":true}", field: "s.uniqueItems", strict: true),
        Case(schema: "{\"not\":{}}", field: "s.not", strict: true), Case(schema: "{\"colour\":1}", field: "s.colour", strict: true),
    ]

    @Test("It is refused with its place", arguments: malformed + excessive + circular + strict)
    func refused(_ one: Case) throws {
        let source = try OrderedJSON(parsing: Array(one.schema.utf8))
        let error = #expect(throws: HoldfastError.self) { try JSONSchema(reading: source, strict: one.strict, field: "s") }
        #expect(error?.field == one.field, "\(error.map(\.description) ?? "")")
        #expect(error?.code == .invalidRequest || error?.code == .unsupportedParameter)
        #expect(error.map { $0.message.count < 400 } == true)
        if one.strict { #expect(throws: Never.self) { try JSONSchema(reading: source, strict: false, field: "s") } }
    }

    @Test(
        "What lies just within the bounds is let in",
        arguments: [
            nested(15), "{\"properties\":{\(many(100) { "\"p\($0)\":{}" })}}", "{\"enum\":[\(many(250) { "\($0)" })]}",
            "{\"maxLength\":2000,\"minLength\":2000}", "{\"maxItems\":1000}", "{\"type\":\"integer\",\"minimum\":-999999999999999}",
            "{\"prefixItems\":[\(many(10) { _ in "{\"maxLength\":2000}" })]}",
            "{\"anyOf\":[{\"items\":{\"$ref\":\"#\"}},{\"properties\":{\"a\":{\"$ref\":\"#\"}}},{\"type\":\"null\"}]}",
            "{\"anyOf\":[\(many(50) { "{\"properties\":{\"kind\":{\"const\":\"k\($0)\"},\"v\":{}},\"required\":[\"kind\"]}" })]}",
        ])
    func allowed(_ schema: String) throws {
        _ = try JSONSchema(reading: OrderedJSON(parsing: Array(schema.utf8)), strict: true, field: "s")
    }
}
