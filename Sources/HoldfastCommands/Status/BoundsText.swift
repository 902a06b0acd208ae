import HoldfastAPI

/// The bounds of a node, a line each three.
enum BoundsText {
    static func lines(_ bounds: [StatusBound], style: Style) -> [String] {
        let words = bounds.map { word($0, style: style) }
        return stride(from: 0, to: words.count, by: 3).map { words[$0..<min($0 + 3, words.count)].joined(separator: "  ·  ") }
    }

    private static func word(_ bound: StatusBound, style: Style) -> String {
        func text(_ value: Int64) -> String { bound.unit == .bytes ? Human.bytes(value) : "\(value)" }
        let name = TerminalText.clean(bound.name.replacing("_", with: " ").replacing(" bytes", with: ""))
        guard let limit = bound.limit else { return "\(name) " + (bound.used.map { "\(text($0)), unbounded" } ?? "unbounded") }
        guard let used = bound.used else { return "\(name) at most \(text(limit))" }
        let words = "\(name) \(text(used)) of \(text(limit))"
        return limit > 0 && Double(used) >= Double(limit) * 0.9 ? style.yellow(words) : words
    }
}
