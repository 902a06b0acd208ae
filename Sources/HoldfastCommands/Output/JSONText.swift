import FoundationEssentials

/// JSON for `--json`. What the node sent is indented, never decoded and written anew: keys of a newer node, their order and the spelling of
/// numbers stay as they came.
enum JSONText {
    static func pretty(encoding value: some Encodable) throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return pretty([UInt8](try encoder.encode(value)))
    }

    /// Two spaces a level; empty objects and arrays stay on one line. Text that is not JSON comes out with its white space changed.
    static func pretty(_ json: [UInt8]) -> String {
        var text: [UInt8] = []
        text.reserveCapacity(json.count * 2)
        var depth = 0
        var isInString = false
        var isEscaped = false
        var isAfterOpening = false
        func newLine() {
            text.append(UInt8(ascii: "\n"))
            text.append(contentsOf: repeatElement(UInt8(ascii: " "), count: 2 * max(0, depth)))
        }
        for byte in json {
            if isInString {
                text.append(byte)
                if !isEscaped, byte == UInt8(ascii: "\"") { isInString = false }
                isEscaped = !isEscaped && byte == UInt8(ascii: "\\")
                continue
            }
            let isClosing = byte == UInt8(ascii: "}") || byte == UInt8(ascii: "]")
            switch byte {
            case 0x20, 0x09, 0x0a, 0x0d: continue
            default: break
            }
            if isClosing { depth -= 1 }
            if isAfterOpening != isClosing { newLine() }
            isAfterOpening = false
            text.append(byte)
            switch byte {
            case UInt8(ascii: "{"), UInt8(ascii: "["):
                depth += 1
                isAfterOpening = true
            case UInt8(ascii: ","): newLine()
            case UInt8(ascii: ":"): text.append(UInt8(ascii: " "))
            case UInt8(ascii: "\""): isInString = true
            default: break
            }
        }
        return String(decoding: text, as: UTF8.self)
    }
}
