/// Text from a model or a file, made safe for a terminal: control characters other than line feed and tab, and whole escape sequences
/// (ECMA-48: `ESC [ … final`, `ESC ] … BEL`, their one-character C1 forms, …), are left out.
///
/// A value, so that a sequence cut in two by the stream is still seen whole.
struct TerminalText: Sendable {
    private enum State {
        case text
        case escape
        /// CSI, until a final byte `@` to `~`.
        case control
        /// OSC, DCS, SOS, PM and APC, until BEL or ST; `sawEscape` is the first half of `ESC \`.
        case string(sawEscape: Bool)
    }

    /// A sequence longer than this is no sequence but an attempt to hide what follows it.
    private static let longestSequence = 4096
    private var state = State.text
    private var length = 0

    static func clean(_ text: String) -> String {
        var cleaner = TerminalText()
        return cleaner.clean(text)
    }

    mutating func clean(_ text: String) -> String {
        var result = String.UnicodeScalarView()
        for scalar in text.unicodeScalars where take(scalar) { result.append(scalar) }
        return String(result)
    }

    private mutating func take(_ scalar: Unicode.Scalar) -> Bool {
        if case .text = state { return takeText(scalar) }
        length += 1
        if length > Self.longestSequence || scalar == "\n" {
            state = .text
            return takeText(scalar)
        }
        switch state {
        case .text: break
        case .escape: state = afterEscape(scalar)
        case .control:
            if scalar == "\u{1b}" { state = .escape } else if !(0x20...0x3f).contains(scalar.value) { state = .text }
        case .string(let sawEscape):
            if scalar == "\u{7}" || scalar == "\u{9c}" || (sawEscape && scalar == "\\") {
                state = .text
            } else {
                state = .string(sawEscape: scalar == "\u{1b}")
            }
        }
        return false
    }

    private mutating func takeText(_ scalar: Unicode.Scalar) -> Bool {
        length = 0
        switch scalar.value {
        case 0x1b: state = .escape
        case 0x9b: state = .control
        case 0x90, 0x98, 0x9d, 0x9e, 0x9f: state = .string(sawEscape: false)
        case 0x09, 0x0a: return true
        case 0..<0x20, 0x7f, 0x80..<0xa0: break
        default: return true
        }
        return false
    }

    private func afterEscape(_ scalar: Unicode.Scalar) -> State {
        switch scalar {
        case "[": .control
        case "]", "P", "X", "^", "_": .string(sawEscape: false)
        case "\u{1b}": .escape
        case " "..."/": .escape
        default: .text
        }
    }
}
