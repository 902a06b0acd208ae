/// A label and what it is, a line each, aligned. What is absent is left out.
struct FactList {
    private var facts: [(label: String, value: String)] = []

    mutating func add(_ label: String, _ value: String?) {
        guard let value, !value.isEmpty else { return }
        facts.append((label, TerminalText.clean(value).split(whereSeparator: \.isNewline).joined(separator: " ")))
    }

    func text(style: Style) -> String {
        let width = facts.map(\.label.count).max() ?? 0
        return facts.map { fact in
            style.bold(fact.label) + String(repeating: " ", count: width - fact.label.count + 2) + fact.value + "\n"
        }.joined()
    }
}
