import HoldfastCore
import Testing

@Suite("Canonical JSON, read")
struct CanonicalJSONParserTests {
    @Test(
        "JSON in another form is read, and refused when it must be canonical",
        arguments: [
            (" 1 ", 1), ("-0", 0), ("[1, 2]", [1, 2]), ("{\"b\":1,\"a\":2}", ["a": 2, "b": 1]), ("{\n\t\"a\" :\r1 }", ["a": 1]),
            (#""\u0041""#, "A"), (#""\/""#, "/"), (#""\u000A""#, "\n"), (#""\u001F""#, "\u{1f}"), (#""\ud83d\ude00""#, "\u{1f600}"),
            (#""\uD83D\uDE00x""#, "\u{1f600}x"), (#""\u00e9""#, "\u{e9}"), (#""\u0000""# + " ", "\0"), ("[ ]", []), ("{ }", [:]),
        ] as [(String, CanonicalJSON)])
    func lenient(text: String, value: CanonicalJSON) throws {
        #expect(try CanonicalJSON(parsing: text.utf8, requireCanonical: false) == value)
        #expect(throws: HoldfastError.self) { try CanonicalJSON(parsing: text.utf8, requireCanonical: true) }
    }

    @Test(
        "what is no JSON, or JSON that two readers may understand differently, is refused",
        arguments: [
            "", " ", "nul", "nulll", "True", "tru", "1 2", "1,", "[1", "[1,]", "[,1]", "[1 2]", "]", "{", "}", "{\"a\"}", "{\"a\":}",
            "{\"a\":1,}",
            "{a:1}", "{1:1}", "{\"a\" 1}", "{\"a\":1 \"b\":2}", "{\"a\":1", "{,}", "\"", "\"a", "\"\\", "\"\\u", "\"\\u12\"", "\"\\u12g4\"",
            "\"\\u+123\"", "\"\\x\"", "\"\\'\"", "'a'", "\"a\nb\"", "\"\\n\nb\"", "\"\t\"", "\"\0\"", "01", "-01", "00", "-", "+1", "--1",
            "1.0", "1e2",
            "1E2", "0.5", ".5", "1.", "-1.5e+3", "NaN", "Infinity", "-Infinity", "0x10", "9007199254740992", "-9007199254740992",
            "99999999999999999999999999", "{\"a\":1,\"a\":1}", "{\"a\":1,\"\\u0061\":2}", "{\"\u{e9}\":1,\"e\u{301}\":2}", "\"\\ud83d\"",
            "\"\\ude00\"", "\"\\ud83d\\ud83d\"", "\"\\ud83dx\"", "\"\\ud83d\\n\"", "\"\\ude00\\ud83d\"", "\u{feff}1", "1\0", "//\n1",
            "[1]]", "\u{a0}1",
        ])
    func malformed(text: String) {
        #expect(throws: HoldfastError.self) { try CanonicalJSON(parsing: text.utf8, requireCanonical: false) }
    }

    @Test(
        "bytes that are not UTF-8 are refused",
        arguments: [[0xff], [0xc0, 0x80], [0xed, 0xa0, 0x80], [0xf4, 0x90, 0x80, 0x80], [0xe2, 0x82]] as [[UInt8]])
    func notUTF8(bytes: [UInt8]) {
        let quote = [UInt8(ascii: "\"")]
        #expect(throws: HoldfastError.self) { try CanonicalJSON(parsing: quote + bytes + quote, requireCanonical: false) }
    }

    @Test("depth is bounded, whatever the bytes", arguments: ["[", "{\"a\":", "[{\"a\":["])
    func depth(opening: String) {
        let text = String(repeating: opening, count: 100_000)
        #expect(throws: HoldfastError.self) { try CanonicalJSON(parsing: text.utf8, requireCanonical: false) }
        let brackets = { (count: Int) in String(repeating: "[", count: count) + String(repeating: "]", count: count) }
        #expect(throws: Never.self) { try CanonicalJSON(parsing: brackets(32).utf8, requireCanonical: true) }
        #expect(throws: HoldfastError.self) { try CanonicalJSON(parsing: brackets(33).utf8, requireCanonical: true) }
    }

    @Test("the error says where")
    func offset() {
        #expect { try CanonicalJSON(parsing: "{\"a\":1.5}".utf8, requireCanonical: false) } throws: { error in
            (error as? HoldfastError)?.message.contains("at byte 6") == true
        }
    }

    @Test("what is written is canonical and comes back; a changed byte never reads as the same value")
    func property() throws {
        var random = LogRandom(state: 2)
        for _ in 0..<300 {
            let value = Self.value(depth: 0, &random)
            let bytes = try value.serialized()
            let read = try CanonicalJSON(parsing: bytes, requireCanonical: true)
            #expect(try read.serialized() == bytes)
            for _ in 0..<20 {
                var changed = bytes
                changed[Int.random(in: bytes.indices, using: &random)] ^= 1 << UInt8.random(in: 0..<8, using: &random)
                if let other = try? CanonicalJSON(parsing: changed, requireCanonical: true) {
                    #expect(try other.serialized() == changed)
                }
                let cut = Array(bytes.prefix(Int.random(in: 0..<bytes.count, using: &random)))
                if let other = try? CanonicalJSON(parsing: cut, requireCanonical: true) { #expect(try other.serialized() == cut) }
            }
        }
    }

    private static func value(depth: Int, _ random: inout LogRandom) -> CanonicalJSON {
        switch Int.random(in: 0..<(depth < 4 ? 6 : 4), using: &random) {
        case 0: return .integer(Int64.random(in: CanonicalJSON.integerRange, using: &random))
        case 1: return .bool(Bool.random(using: &random))
        case 2: return .null
        case 3: return .string(string(&random))
        case 4: return .array((0..<Int.random(in: 0..<6, using: &random)).map { _ in value(depth: depth + 1, &random) })
        default:
            let names = Set((0..<Int.random(in: 0..<6, using: &random)).map { _ in string(&random) })
            return .object(Dictionary(uniqueKeysWithValues: names.map { ($0, value(depth: depth + 1, &random)) }))
        }
    }

    private static func string(_ random: inout LogRandom) -> String {
        let scalars = (0..<Int.random(in: 0..<12, using: &random)).compactMap { _ in
            Unicode.Scalar(UInt32.random(in: 0..<(Bool.random(using: &random) ? 0x80 : 0x11_0000), using: &random))
        }
        return String(String.UnicodeScalarView(scalars))
    }
}
