import Testing

@testable import HoldfastCore

/// What a schema becomes on its way to an engine.
@Suite struct JSONSchemaTests {
    private func written(_ schema: String, strict: Bool = false) throws -> String {
        let read = try JSONSchema(reading: OrderedJSON(parsing: Array(schema.utf8)), strict: strict, field: "s")
        return String(decoding: try read.written.serialized(), as: UTF8.self)
    }

    /// A schema without references, as it is written.
    private func root(_ schema: String, strict: Bool = false) throws -> String {
        let text = try written(schema, strict: strict)
        let (before, after) = ("{\"$defs\":{\"d0\":", "},\"$ref\":\"#/$defs/d0\"}")
        #expect(text.hasPrefix(before) && text.hasSuffix(after), "\(text)")
        return String(text.dropFirst(before.count).dropLast(after.count))
    }

    @Test(
        "What shapes an answer is written anew in our words",
        arguments: [
            ("{}", "{}"), ("{\"type\":\"string\"}", "{\"type\":\"string\"}"),
            ("{\"minLength\":2,\"maxLength\":3}", "{\"type\":\"string\",\"minLength\":2,\"maxLength\":3}"),
            ("{\"type\":\"string\",\"format\":\"date-time\",\"title\":\"T\"}", "{\"type\":\"string\",\"format\":\"date-time\"}"),
            ("{\"type\":\"string\",\"pattern\":\"^(a+)+$\",\"format\":\"email\"}", "{\"type\":\"string\"}"),
            ("{\"type\":\"array\"}", "{\"type\":\"array\",\"items\":{}}"),
            (
                "{\"items\":{\"type\":\"null\"},\"minItems\":1,\"maxItems\":2.0}",
                "{\"type\":\"array\",\"items\":{\"type\":\"null\"},\"minItems\":1,\"maxItems\":2}"
            ),
            (
                "{\"prefixItems\":[{\"type\":\"null\"},true],\"items\":false}",
                "{\"type\":\"array\",\"prefixItems\":[{\"type\":\"null\"},{}]}"
            ),
            ("{\"items\":[true]}", "{\"type\":\"array\",\"prefixItems\":[{}]}"),
            ("{\"type\":\"object\"}", "{\"type\":\"object\"}"),
            (
                "{\"type\":\"object\",\"additionalProperties\":false}",
                "{\"type\":\"object\",\"properties\":{},\"required\":[],\"additionalProperties\":false}"
            ),
            (
                "{\"additionalProperties\":{\"type\":\"boolean\"}}",
                "{\"type\":\"object\",\"additionalProperties\":{\"type\":\"boolean\"}}"
            ),
            (
                "{\"properties\":{\"z\":{\"type\":\"number\"},\"a\":{}},\"required\":[\"a\"],\"additionalProperties\":true,\"x\":1}",
                "{\"type\":\"object\",\"properties\":{\"z\":{\"type\":\"number\"},\"a\":{}},\"required\":[\"a\"],\"additionalProperties\":false}"
            ),
            ("{\"type\":\"integer\"}", "{\"type\":\"integer\"}"),
            (
                "{\"type\":\"integer\",\"minimum\":-1.5,\"exclusiveMaximum\":10}",
                "{\"type\":\"integer\",\"minimum\":-1,\"maximum\":9}"
            ),
            ("{\"type\":\"integer\",\"minimum\":7}", "{\"type\":\"integer\",\"minimum\":7,\"maximum\":999999999999999}"),
            ("{\"type\":\"number\",\"minimum\":0,\"multipleOf\":2}", "{\"type\":\"number\"}"),
            ("{\"const\":\"x\"}", "{\"enum\":[\"x\"]}"),
            ("{\"type\":\"string\",\"enum\":[\"b\",1,\"a\",null]}", "{\"enum\":[\"b\",\"a\"]}"),
            ("{\"enum\":[1.50,true,null,\"\\u0001\\\"\"]}", "{\"enum\":[1.50,true,null,\"\\u0001\\\"\"]}"),
            (
                "{\"type\":[\"string\",\"null\"],\"maxLength\":4}",
                "{\"anyOf\":[{\"type\":\"string\",\"maxLength\":4},{\"type\":\"null\"}]}"
            ),
            ("{\"oneOf\":[{\"type\":\"null\"},{\"type\":\"number\"}]}", "{\"anyOf\":[{\"type\":\"null\"},{\"type\":\"number\"}]}"),
            ("{\"allOf\":[{\"type\":\"null\"}],\"description\":\"d\"}", "{\"type\":\"null\"}"),
        ])
    func rewritten(schema: String, expected: String) throws {
        #expect(try root(schema) == expected)
    }

    @Test("References are followed, also in a circle, and definitions get names of ours")
    func references() throws {
        let tree = """
            {"$ref":"#/$defs/no~1de~0","title":"t","$defs":{"unused":17,"no/de~":{"type":"object","properties":{"v":{"type":"integer"},
            "children":{"type":"array","items":{"$ref":"#/$defs/no~1de~0"}},"whole":{"anyOf":[{"$ref":"#"},{"type":"null"}]}},
            "required":["v"]}}}
            """
        #expect(
            try written(tree, strict: true) == """
                {"$defs":{"d0":{"$ref":"#/$defs/d1"},"d1":{"type":"object","properties":{"v":{"type":"integer"},"children":{"type":"array",\
                "items":{"$ref":"#/$defs/d1"}},"whole":{"anyOf":[{"$ref":"#/$defs/d0"},{"type":"null"}]}},"required":["v"],\
                "additionalProperties":false}},"$ref":"#/$defs/d0"}
                """)
    }

    @Test("What was written is read as the same again, and its size is that of the client's text without white space")
    func stable() throws {
        let source = "{ \"properties\": {\"b\": {\"enum\": [1, \"x\"]}, \"a\": {\"type\": [\"integer\", \"null\"], \"minimum\": 3}} }"
        let once = try JSONSchema(reading: OrderedJSON(parsing: Array(source.utf8)), strict: false, field: "s")
        #expect(once.byteCount == source.count { $0 != " " })
        let again = try JSONSchema(reading: once.written, strict: true, field: "s")
        #expect(again.definitions.last == once.definitions[0])
    }
}
