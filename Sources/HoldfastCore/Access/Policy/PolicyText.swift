/// What must not be in a policy's text, found before anything is built of it.
///
/// A few nested anchors can stand for more nodes than fit in memory, and the YAML composer hashes keys, which takes quadratic time where
/// keys are nested mappings. No policy needs either. The search overlooks none; it may also find one inside a text in quotes, where people
/// seldom write such a thing.
enum PolicyText {
    struct Unwanted {
        let why: String
        let line: Int
        /// In Unicode scalars, from 1.
        let column: Int
    }

    static func unwanted(in bytes: [UInt8]) -> Unwanted? {
        var line = 1
        var lineStart = 0
        for (index, byte) in bytes.enumerated() {
            if byte == UInt8(ascii: "\n") {
                line += 1
                lineStart = index + 1
            }
            guard let why = unwanted(at: index, in: bytes), !isComment(bytes[lineStart..<index]) else { continue }
            return Unwanted(why: why, line: line, column: bytes[lineStart..<index].count { $0 & 0xC0 != 0x80 } + 1)
        }
        return nil
    }

    private static func unwanted(at index: Int, in bytes: [UInt8]) -> String? {
        let next = index + 1 < bytes.count ? bytes[index + 1] : UInt8(ascii: "\n")
        switch bytes[index] {
        case UInt8(ascii: "&") where isAnchorCharacter(next) && startsToken(index, in: bytes):
            return "anchors and aliases are not used in policies, so that each rule has one line; in text, put a space after '&'"
        case UInt8(ascii: "?") where isBlank(next) && startsToken(index, in: bytes):
            return "'?' before a key is not used in policies; keys are words"
        case UInt8(ascii: "]"), UInt8(ascii: "}"):
            let following = bytes[(index + 1)...].first { $0 != UInt8(ascii: " ") && $0 != UInt8(ascii: "\t") }
            return following == UInt8(ascii: ":") ? "a list or mapping cannot be a key; keys are words" : nil
        default:
            return nil
        }
    }

    private static func isAnchorCharacter(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "0")...UInt8(ascii: "9"): true
        default: byte == UInt8(ascii: "_") || byte == UInt8(ascii: "-")
        }
    }

    /// Controls, blanks, and all beyond ASCII, where there are more kinds of line break.
    private static func isBlank(_ byte: UInt8) -> Bool { byte <= UInt8(ascii: " ") || byte >= 0x80 }

    /// Whether a sign of YAML's may stand here: after a blank or one of the signs of flow style.
    private static func startsToken(_ index: Int, in bytes: [UInt8]) -> Bool {
        index == 0 || isBlank(bytes[index - 1]) || "[{,:".utf8.contains(bytes[index - 1])
    }

    private static func isComment(_ line: ArraySlice<UInt8>) -> Bool {
        line.first { $0 != UInt8(ascii: " ") } == UInt8(ascii: "#")
    }
}
