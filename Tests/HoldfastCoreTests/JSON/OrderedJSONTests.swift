import Testing

@testable import HoldfastCore

@Suite struct OrderedJSONTests {
    private func parse(_ text: String) throws -> OrderedJSON { try OrderedJSON(parsing: Array(text.utf8)) }

    @Test(
        "The order of members and the digits of numbers are kept",
        arguments: [
            "{\"z\":1,\"a\":{\"y\":[],\"b\":null},\"é\":true}", "[1.50,-0,1e5,0.1E-7,-12,9007199254740993]", "\"\\\"\\\\\\n\"", "{}",
            "false",
        ])
    func kept(text: String) throws {
        #expect(String(decoding: try parse(text).serialized(), as: UTF8.self) == text)
    }

    @Test(
        "What JSON does not allow, or nobody can mean, is refused as an invalid request",
        arguments: [
            "", "{", "[1,]", "{\"a\":1,\"a\":2}", "01", "1.", ".5", "1e", "1e+", "+1", "-", "NaN", "1e999", "\"\\ud800\"", "\"\\udc00x\"",
            "\"a", "{\"a\" 1}", "1 2", "tru", String(repeating: "1", count: 41), String(repeating: "[", count: 513),
        ])
    func refused(text: String) {
        let error = #expect(throws: HoldfastError.self) { try parse(text) }
        #expect(error?.code == .invalidRequest)
    }

    static let broken: [(text: String, path: String?)] = [
        ("{\"a\":[1,{\"b\":\"\\ud800\"}]}", "a[1].b"), ("{\"a\":[1,{\"b\":NaN}]}", "a[1].b"), ("{\"a\":\"é~\"}", "a"),
        ("{\"a\":[\"x\",\"~\"]}", "a[1]"), ("{\"a\"", nil),
    ]

    @Test("The place of what is wrong is named, also where the text is no UTF-8: a tilde stands for such a byte", arguments: broken)
    func places(text: String, path: String?) {
        let bytes = text.utf8.map { $0 == UInt8(ascii: "~") ? 0xff : $0 }
        let error = #expect(throws: HoldfastError.self) { try OrderedJSON(parsing: bytes) }
        #expect(error?.field == path, "\(error.map(\.description) ?? "")")
    }

    @Test("512 levels are read, 513 are not, and bytes that are no UTF-8 are refused")
    func limits() throws {
        _ = try parse(String(repeating: "[", count: 512) + String(repeating: "]", count: 512))
        #expect(throws: HoldfastError.self) { try parse(String(repeating: "[", count: 513) + String(repeating: "]", count: 513)) }
        #expect(throws: HoldfastError.self) { try OrderedJSON(parsing: [0x22, 0xff, 0x22]) }
    }
}
