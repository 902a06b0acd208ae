/// Values as JSON text, or as what only looks like it, and for each known field those of them that it may have.
enum HostileFields {
    static let values: [(name: String, bytes: [UInt8])] = texts.map { ($0, Array($0.utf8)) } + bytes

    private static let texts: [String] = [
        "true", "false", "0", "1", "-0", "1.0", "1.5", "-1", "17", "1e400", "-1e400", "1e19", "9223372036854775808", "\"text\"", "\"\"",
        "\"1\"", "[]", "[1]", "[\"text\"]", "[\"\"]", "[null]", "[[\"text\"]]", "[{}]", "{}", "{\"a\":1}", "{\"type\":\"text\"}",
        "{\"type\":17}", "NaN", "Infinity", "-Infinity", "01", "+1", ".5", "1.", "0x10", "nul", "'text'", "\"\\ud800\"",
        "\"\\udc00x\"", "\"\\udc00\\ud800\"", "\"\\x\"", "\"a\nb\"", "[\"\\ud800\"]", "{\"a\":\"\\udfff\"}",
    ]

    private static let bytes: [(name: String, bytes: [UInt8])] = [
        ("no UTF-8", [0x22, 0xff, 0x22]), ("an overlong slash", [0x22, 0xc0, 0xaf, 0x22]),
        ("a surrogate's bytes", [0x22, 0xed, 0xa0, 0x80, 0x22]), ("half a character", [0x22, 0xe2, 0x82, 0x22]),
        ("100 levels", Array(nested(100).utf8)), ("600 levels", Array(nested(600).utf8)), ("600 objects", Array(objects(600).utf8)),
        ("a hundred thousand numbers", Array("[\(String(repeating: "0,", count: 100_000))0]".utf8)),
        ("a hundred thousand digits", Array(String(repeating: "9", count: 100_000).utf8)),
    ]

    private static let unit: Set<String> = ["0", "-0", "1", "1.0"]

    private static let shared: [(field: String, allowed: Set<String>)] = [
        ("model", ["\"text\"", "\"\"", "\"1\""]), ("temperature", unit.union(["1.5"])), ("top_p", unit), ("min_p", unit),
        ("top_k", unit.union(["17"])), ("frequency_penalty", unit.union(["1.5", "-1"])), ("presence_penalty", unit.union(["1.5", "-1"])),
        ("seed", unit.union(["17", "-1"])), ("max_tokens", ["1", "1.0", "17"]), ("n", ["1", "1.0"]),
        ("stop", ["\"text\"", "\"1\"", "[]", "[\"text\"]"]), ("stream", ["true", "false"]),
        // What it does not know of them it does not read.
        ("stream_options", ["{}", "{\"a\":1}", "{\"type\":\"text\"}", "{\"type\":17}", "{\"a\":\"\\udfff\"}"]),
        ("response_format", ["{\"type\":\"text\"}"]),
        ("logit_bias", ["{}", "[]", "[null]"]), ("grammar", []), ("json_schema", []), ("guided_json", []), ("structured_outputs", []),
    ]

    static let chat: [(field: String, allowed: Set<String>)] =
        shared + [
            ("messages", []), ("max_completion_tokens", ["1", "1.0", "17"]), ("tools", ["[]", "[null]"]), ("functions", ["[]", "[null]"]),
            ("tool_choice", []), ("function_call", []), ("logprobs", ["false"]), ("top_logprobs", ["0", "-0"]), ("audio", []),
        ]

    static let completion: [(field: String, allowed: Set<String>)] =
        shared + [
            ("prompt", ["\"text\"", "\"\"", "\"1\"", "[\"text\"]", "[\"\"]"]), ("echo", ["true", "false"]), ("best_of", ["1", "1.0"]),
            ("suffix", ["\"\""]), ("logprobs", ["false", "0", "-0"]),
        ]

    private static func nested(_ depth: Int) -> String { String(repeating: "[", count: depth) + String(repeating: "]", count: depth) }

    private static func objects(_ depth: Int) -> String {
        String(repeating: "{\"a\":", count: depth) + "1" + String(repeating: "}", count: depth)
    }
}
