import Testing

@testable import HoldfastCore

@Suite struct OrderedJSONTests {
    private func parse(_ text: String) throws -> OrderedJSON { try OrderedJSON(parsing: Array(text.utf8)) }

    @Test(
        "The order of members and the digits of numbers are kept",
        arguments: [
            "{\"z\":1,\"a\":{\"y\":[],\"b\":null},\"é\":true}", "[1.50,-0,1e5,0.1E-7,-12,9007199254740993]", "\"\\\"\\\\\\n\"", "{}", "false",
        ])
    func kept(text: String) throws {
        #expect(String(decoding: try parse(text).serialized(), as: UTF8.self) == text)
    }

    @Test(
        "What JSON does not allow, or nobody can mean, is refused as an invalid request",
        arguments: [
            "", "{", "[1,]", "{\"a\":1,\"a\":2}", "01", "1.", ".5", "1e", "1e+", "+1", "-", "NaN", "1e999", "\"\\ud800\"", "\"\\udc00x\"",
            "\"a", "{\"a\" 1}", "1 2", "tru", String(repeating: "1", count: 41), String(repeating: "[", count: 129),
        ])
    func refused(text: String) {
        let error = #expect(throws: HoldfastError.self) { try parse(text) }
        #expect(error?.code == .invalidRequest)
    }

    @Test("128 levels are read, 129 are not, and bytes that are no UTF-8 are refused")
    func limits() throws {
        _ = try parse(String(repeating: "[", count: 128) + String(repeating: "]", count: 128))
        #expect(throws: HoldfastError.self) { try parse(String(repeating: "[", count: 129) + String(repeating: "]", count: 129)) }
        #expect(throws: HoldfastError.self) { try OrderedJSON(parsing: [0x22, 0xff, 0x22]) }
    }
}
