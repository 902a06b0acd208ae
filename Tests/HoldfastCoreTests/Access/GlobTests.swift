import Testing

@testable import HoldfastCore

@Suite("Globs")
struct GlobTests {
    /// The definition, in the fewest words; exponential, so for short texts only.
    static func reference(_ pattern: Substring, _ text: Substring) -> Bool {
        guard let first = pattern.first else { return text.isEmpty }
        if first == "*" { return reference(pattern.dropFirst(), text) || (!text.isEmpty && reference(pattern, text.dropFirst())) }
        guard let letter = text.first else { return false }
        return (first == "?" || first == letter) && reference(pattern.dropFirst(), text.dropFirst())
    }

    static func text(_ alphabet: String, _ generator: inout SeededGenerator) -> String {
        String((0..<Int.random(in: 0...8, using: &generator)).compactMap { _ in alphabet.randomElement(using: &generator) })
    }

    @Test("match as their definition says", arguments: UInt64(0)..<20)
    func matchReference(seed: UInt64) {
        var generator = SeededGenerator(state: seed)
        var matched = 0
        for _ in 0..<2000 {
            let pattern = Self.text("ab/**?", &generator)
            let text = Self.text("ab/", &generator)
            let expected = Self.reference(pattern[...], text[...])
            #expect(Glob(pattern).matches(text) == expected, "\(pattern) on \(text)")
            matched += expected ? 1 : 0
        }
        #expect(matched > 100)
    }

    @Test("take no exponential time")
    func manyStars() {
        let pattern = String(repeating: "*a", count: 100) + "*b"
        #expect(!Glob(pattern).matches(String(repeating: "a", count: 255)))
    }

    @Test(
        "a resource pattern stands for what it says",
        arguments: [
            ("*", "node", true), ("*", "model:a", true), ("node", "node", true), ("node", "model:node", false), ("model:*", "node", false),
            ("model:*", "model:a/b/c:d", true), ("model:a", "model:a:latest", true), ("model:a", "model:a:b", true),
            ("model:a", "model:ab", false),
            ("model:a:b", "model:a:b", true), ("model:a:b", "model:a", false), ("model:a-*", "model:a-b/c:d", true),
            ("model:a-*:q?", "model:a-b:q4", true), ("model:a-*:q?", "model:a-b:q", false), ("model:a*b", "model:a:b", false),
            ("model:*:latest", "model:a", true), ("model:KIOSK-*", "model:kiosk-1", true), ("model:kiosk-*", "model:Kiosk-1", true),
        ])
    func patterns(_ pattern: String, _ resource: String, _ expected: Bool) throws {
        #expect(try ResourcePattern(parsing: pattern).matches(Resource(parsing: resource)) == expected)
    }

    @Test("the vocabulary fits in a set of verbs")
    func verbSets() {
        #expect(Verb.allCases.count <= 64)
        for verb in Verb.allCases { #expect(VerbSet([verb]).verbs == [verb]) }
        #expect(VerbSet(Verb.allCases).verbs == Verb.allCases)
    }
}
