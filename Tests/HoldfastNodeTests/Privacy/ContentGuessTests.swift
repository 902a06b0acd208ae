import HoldfastAPI
import HoldfastCore
import HoldfastCrypto
import Testing

@testable import HoldfastNode

@Suite("A text held against a record")
struct ContentGuessTests {
    private static let salt = [UInt8](repeating: 3, count: 32)

    private static func code(_ text: String) -> String { Hex.encode(HMACSHA256.authenticate(key: salt, Array(text.utf8))) }

    private static let chat = [
        AuditContent(prompt: code(#"[{"content":"Be kind.","role":"system"},{"content":"Hé?","role":"user"}]"#), message: code("Hé?")),
        AuditContent(answer: code("Yes.\n")),
    ]

    private static func field(_ text: String, in contents: [AuditContent] = chat) -> String? {
        ContentGuess(Array(text.utf8)).field(contents, salt: salt)
    }

    @Test(
        "the message alone, the request's JSON in any spelling, the answer",
        arguments: [
            ("Hé?", "message"), ("Hé?\n", "message"), ("Hé?\r\n", "message"), ("Yes.\n", "answer"), ("Yes.\n\n", "answer"),
            (#"[{"content":"Be kind.","role":"system"},{"content":"Hé?","role":"user"}]"#, "prompt"),
            (#" [ {"role":"system", "content":"Be kind."}, {"role":"user","content":[{"type":"text","text":"H\u00e9?"}]} ]"#, "prompt"),
            (
                #"{"model":"m","temperature":0.5,"messages":[{"role":"developer","content":"Be kind."},{"role":"user","content":"Hé?"}]}"#,
                "prompt"
            ),
        ]) func matches(_ text: String, _ field: String)
    { #expect(Self.field(text) == field) }

    @Test("anything else", arguments: ["", "\n", "Hé? ", "Hé", "hé?", "Yes.", "[]", "{", #"[{"role":"user","content":"Hé?"}]"#, "Hé?\n\n"])
    func doesNot(_ text: String) { #expect(Self.field(text) == nil) }

    @Test("a completion's prompt is the text itself")
    func completion() {
        #expect(Self.field("Once upon", in: [AuditContent(prompt: Self.code("Once upon"))]) == "prompt")
        #expect(Self.field("Once upon", in: [AuditContent()]) == nil)
    }

    @Test("another salt fits nothing")
    func salt() { #expect(ContentGuess(Array("Hé?".utf8)).field(Self.chat, salt: [UInt8](repeating: 4, count: 32)) == nil) }

    @Test("guesses are bounded for each subject by itself, and only for a minute")
    func limit() throws {
        let limit = GuessLimit()
        let start = ContinuousClock.now
        for _ in 0..<GuessLimit.perMinute { try limit.admit("uid:1", at: start) }
        let error = #expect(throws: HoldfastError.self) { try limit.admit("uid:1", at: start + .seconds(59)) }
        #expect(error?.code == .limitExceeded && error?.retryAfter == 2)
        try limit.admit("uid:2", at: start)
        try limit.admit("uid:1", at: start + .seconds(61))
    }
}
