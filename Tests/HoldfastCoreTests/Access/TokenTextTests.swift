import HoldfastCrypto
import Testing

@testable import HoldfastCore

@Suite("The text of a token")
struct TokenTextTests {
    private static func malformed(_ text: String) -> TokenText.Malformed? {
        do throws(TokenText.Malformed) {
            _ = try TokenText(parsing: text)
            return nil
        } catch {
            return error
        }
    }

    private static let alphabet = Array("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz")

    /// Computed apart, with Python's zlib.crc32 and its integers.
    @Test(
        "known secrets",
        arguments: [
            ([UInt8](repeating: 0, count: 32), "hft_" + String(repeating: "0", count: 43) + "04TaNB"),
            ([UInt8](repeating: 255, count: 32), "hft_yhjskwdA6OZ1AL1YmHWZWm8LLG7HjnuCA2j5rOw8Xp135JD3l"),
            (Array(0..<32), "hft_003aUlTJC7tjlCTQj2uNU3MFagCXG9LRKRcwGkBIDlf0rLJbR"),
        ])
    func known(secret: [UInt8], text: String) throws {
        #expect(TokenText.make(secret: secret).text == text)
        #expect(try TokenText(parsing: text).hash == SHA256.hash(Array(text.utf8)))
    }

    @Test("CRC-32 is gzip's")
    func checksum() {
        #expect(CRC32.checksum(Array("123456789".utf8)) == 0xCBF4_3926)
        #expect(CRC32.checksum([]) == 0)
    }

    @Test("new ones have the documented form, differ, are read back, and do not show themselves")
    func made() throws {
        var seen: Set<String> = []
        for _ in 0..<500 {
            let token = try TokenText.make()
            #expect(token.text.wholeMatch(of: /hft_[0-9A-Za-z]{49}/) != nil)
            #expect(try TokenText(parsing: token.text) == token)
            #expect(!"\(token)".contains(token.text.dropFirst(4)))
            #expect(seen.insert(token.text).inserted)
        }
    }

    @Test("every change of one character is a mistyped token, and every exchange of two neighbours")
    func oneCharacter() {
        var generator = SeededGenerator(state: 7)
        for _ in 0..<20 {
            let secret = (0..<32).map { _ in UInt8.random(in: 0...255, using: &generator) }
            let text = Array(TokenText.make(secret: secret).text)
            for position in 4..<text.count {
                for other in Self.alphabet where other != text[position] {
                    var changed = text
                    changed[position] = other
                    #expect(Self.malformed(String(changed)) == .mistyped, "\(String(changed))")
                }
                guard position + 1 < text.count, text[position] != text[position + 1] else { continue }
                var changed = text
                changed.swapAt(position, position + 1)
                #expect(Self.malformed(String(changed)) == .mistyped, "\(String(changed))")
            }
        }
    }

    @Test("what was cut off, doubled or padded is mistyped; what begins otherwise is no token")
    func shapes() {
        let text = TokenText.make(secret: Array(0..<32)).text
        for length in 4..<text.count { #expect(Self.malformed(String(text.prefix(length))) == .mistyped) }
        for wrong in [text + "0", text + " ", text + "\n", text + text, "hft_" + text, text.replacing("hft_0", with: "hft_é")] {
            #expect(Self.malformed(wrong) == .mistyped, "\(wrong)")
        }
        for other in ["", "hft", "HFT_" + text.dropFirst(4), " " + text, "sk-proj-abc", "none", "Bearer " + text] {
            #expect(Self.malformed(other) == .notAToken, "\(other)")
        }
    }

    @Test("no text whatever brings the parser down or is taken by chance")
    func anything() {
        var generator = SeededGenerator(state: 11)
        for round in 0..<5_000 {
            let length = Int.random(in: 0...80, using: &generator)
            let bytes = (0..<length).map { _ in UInt8.random(in: 0...255, using: &generator) }
            let text = String(decoding: bytes, as: UTF8.self)
            #expect(Self.malformed(round.isMultiple(of: 2) ? text : "hft_" + text) != nil)
            let shaped = "hft_" + String((0..<49).map { _ in Self.alphabet.randomElement(using: &generator) ?? "0" })
            #expect(Self.malformed(shaped) == .mistyped, "one in 2^32 may be right by chance; the seed is fixed")
        }
    }
}
