import Testing

@testable import HoldfastCommands

struct TerminalTextTests {
    @Test(arguments: [
        ("plain\ttext\n", "plain\ttext\n"), ("Grüße 👋🏽 日本", "Grüße 👋🏽 日本"),
        ("a\u{1b}[31mred\u{1b}[0m", "ared"), ("\u{1b}[2J\u{1b}[Hcleared", "cleared"),
        ("\u{1b}]0;title\u{7}x", "x"), ("\u{1b}]52;c;ZXZpbA==\u{1b}\\x", "x"), ("\u{1b}Pq#0\u{1b}\\x", "x"),
        ("\u{9b}31mx", "x"), ("\u{9d}0;t\u{9c}x", "x"), ("\u{1b}(Bx", "x"), ("\u{1b}cx", "x"),
        ("bell\u{7}back\u{8}cr\rnul\u{0}del\u{7f}", "bellbackcrnuldel"), ("\u{85}\u{8d}x", "x"), ("\u{1b}[31\nx", "\nx"),
        ("\u{1b}\u{1b}[31mx", "x"),
    ])
    func nothingButTextIsLeft(raw: String, shown: String) { #expect(TerminalText.clean(raw) == shown) }

    @Test func aSequenceCutAnywhereIsStillSeenWhole() {
        let raw = "one\u{1b}[1;31mtwo\u{1b}]0;t\u{1b}\\three\u{9b}0mfour"
        let scalars = Array(raw.unicodeScalars)
        for cut in 0...scalars.count {
            var cleaner = TerminalText()
            let halves = [scalars[..<cut], scalars[cut...]].map { part in
                var view = String.UnicodeScalarView()
                view.append(contentsOf: part)
                return String(view)
            }
            #expect(halves.map { cleaner.clean($0) }.joined() == "onetwothreefour", "cut at \(cut)")
        }
    }

    @Test func noControlCharacterEverPasses() {
        var generator = SystemRandomNumberGenerator()
        for _ in 0..<200 {
            var view = String.UnicodeScalarView()
            for _ in 0..<100 {
                let special: [Unicode.Scalar] = ["\u{1b}", "[", "]", "m", "\u{7}", "\\", "\u{9b}", "\u{9c}", "\n", "a"]
                view.append(
                    Bool.random(using: &generator) ? special.randomElement(using: &generator)! : Unicode.Scalar(UInt8.random(in: 0...255)))
            }
            let clean = TerminalText.clean(String(view))
            #expect(clean.unicodeScalars.allSatisfy { $0 == "\n" || $0 == "\t" || (0x20...0x7e).contains($0.value) || $0.value >= 0xa0 })
        }
    }

    @Test func anEndlessSequenceDoesNotHideTheRestForEver() {
        #expect(TerminalText.clean("\u{1b}]" + String(repeating: "x", count: 10_000) + "seen").hasSuffix("seen"))
    }
}
