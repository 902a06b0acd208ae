/// Names come from whoever calls; what may not reach a terminal, a spreadsheet or a page as it is.
enum ExportText {
    /// C0, DEL, C1, the line and paragraph separators, and the characters that turn the direction of text around.
    static func isControl(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0..<0x20, 0x7f..<0xa0, 0x2028, 0x2029, 0x200e, 0x200f, 0x202a...0x202e, 0x2066...0x2069, 0xfeff: true
        default: false
        }
    }

    /// The text with each such character shown as U+FFFD.
    static func visible(_ text: String) -> String {
        guard text.unicodeScalars.contains(where: isControl) else { return text }
        var result = ""
        for scalar in text.unicodeScalars { result.unicodeScalars.append(isControl(scalar) ? "\u{fffd}" : scalar) }
        return result
    }
}
