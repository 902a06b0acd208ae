import HoldfastCore
import Testing

@Suite("Canonical JSON, written")
struct CanonicalJSONWriterTests {
    static func text(_ value: CanonicalJSON) throws -> String {
        String(decoding: try value.serialized(), as: UTF8.self)
    }

    @Test(
        "simple values",
        arguments: [
            (nil, "null"), (true, "true"), (false, "false"), (0, "0"), (-1, "-1"), (9_007_199_254_740_991, "9007199254740991"),
            (-9_007_199_254_740_991, "-9007199254740991"), ("", #""""#), ([], "[]"), ([:], "{}"), ([1, [nil], [:]], "[1,[null],{}]"),
            (["b": 1, "a": ["d": 2, "c": 3]], #"{"a":{"c":3,"d":2},"b":1}"#),
        ] as [(CanonicalJSON, String)])
    func simple(value: CanonicalJSON, text: String) throws {
        #expect(try Self.text(value) == text)
    }

    // RFC 8785 §3.2.2: the string of the sample.
    @Test("the escapes of RFC 8785's sample")
    func escapes() throws {
        #expect(
            try Self.text(.string("\u{20ac}$\u{f}\nA'\u{42}\u{22}\u{5c}\\\"/")) == "\"\u{20ac}$\\u000f\\nA'B\\\"\\\\\\\\\\\"/\"")
        let controls = String(String.UnicodeScalarView((0..<0x20).map { Unicode.Scalar(UInt8($0)) }))
        let expected = (0..<0x20).map { code in
            switch code {
            case 8: "\\b"
            case 9: "\\t"
            case 10: "\\n"
            case 12: "\\f"
            case 13: "\\r"
            default: code < 16 ? "\\u000" + String(code, radix: 16) : "\\u00" + String(code, radix: 16)
            }
        }
        #expect(try Self.text(.string(controls)) == "\"\(expected.joined())\"")
        #expect(try Self.text(.string("\u{7f}\u{2028}\u{1f600}")) == "\"\u{7f}\u{2028}\u{1f600}\"")
    }

    // RFC 8785 §3.2.3: the property names of the sample, in their order there.
    @Test("names are in the order of UTF-16 code units")
    func order() throws {
        let names = ["\r", "1", "\u{80}", "\u{f6}", "\u{20ac}", "\u{1f600}", "\u{fb33}"]
        let object = CanonicalJSON.object(Dictionary(uniqueKeysWithValues: names.map { ($0, .null) }))
        let expected = try names.map { try Self.text(.string($0)) + ":null" }
        #expect(try Self.text(object) == "{\(expected.joined(separator: ","))}")
    }

    @Test("names of any length and with common beginnings are in order")
    func orderProperty() throws {
        var random = LogRandom(state: 1)
        for _ in 0..<300 {
            let alphabet: [Character] =
                Bool.random(using: &random) ? ["a", "b", "\0", "\u{e9}"] : ["a", "\u{ffff}", "\u{1f600}", "\u{e000}"]
            let names = Set(
                (0..<20).map { _ in
                    String((0..<Int.random(in: 0...12, using: &random)).map { _ in alphabet.randomElement(using: &random)! })
                })
            let sorted = names.sorted { $0.utf16.lexicographicallyPrecedes($1.utf16) }
            let expected = try sorted.map { try Self.text(.string($0)) + ":1" }.joined(separator: ",")
            #expect(try Self.text(.object(Dictionary(uniqueKeysWithValues: names.map { ($0, 1) }))) == "{\(expected)}")
        }
    }

    @Test("an integer no reader keeps exact is refused", arguments: [9_007_199_254_740_992, -9_007_199_254_740_992, Int64.max, Int64.min])
    func integers(number: Int64) {
        #expect(throws: HoldfastError.self) { try CanonicalJSON.integer(number).serialized() }
    }

    @Test("32 levels are written, 33 are not")
    func depth() throws {
        func nested(_ depth: Int) -> CanonicalJSON { (1..<depth).reduce([]) { value, level in level % 2 == 0 ? [value] : ["a": value] } }
        let bytes = try nested(32).serialized()
        #expect(try CanonicalJSON(parsing: bytes, requireCanonical: true) == nested(32))
        #expect(throws: HoldfastError.self) { try nested(33).serialized() }
    }
}
