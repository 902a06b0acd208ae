import Testing

@testable import HoldfastCommands

struct JSONTextTests {
    @Test(arguments: [
        ("{}", "{}"), ("[ ]", "[]"), ("1.50", "1.50"),
        (
            #"{"b":1,"a":[1,{"c":"x"}],"e":{}}"#,
            "{\n  \"b\": 1,\n  \"a\": [\n    1,\n    {\n      \"c\": \"x\"\n    }\n  ],\n  \"e\": {}\n}"
        ),
        (#"{"s":"a\"b,{}[]:\\"}"#, "{\n  \"s\": \"a\\\"b,{}[]:\\\\\"\n}"),
        (#"{"big":12345678901234567890.10}"#, "{\n  \"big\": 12345678901234567890.10\n}"),
    ])
    func onlyWhiteSpaceChanges(json: String, pretty: String) {
        #expect(JSONText.pretty(Array(json.utf8)) == pretty)
        #expect(JSONText.pretty(Array(pretty.utf8)) == pretty)
    }

    @Test(arguments: ["", "}}]]", "\"", "{\"a\":", "not json"])
    func whatIsNotJSONDoesNoHarm(text: String) {
        #expect(JSONText.pretty(Array(text.utf8)).filter { !$0.isWhitespace } == text.filter { !$0.isWhitespace })
    }
}
