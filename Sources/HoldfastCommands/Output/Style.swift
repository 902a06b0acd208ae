/// Colour on a terminal that wants it; nothing otherwise. https://no-color.org: any value but the empty one turns colour off.
struct Style: Sendable, Equatable {
    static let plain = Style(isColoured: false)
    static let coloured = Style(isColoured: true)

    let isColoured: Bool

    init(isColoured: Bool) { self.isColoured = isColoured }

    init(isTerminal: Bool, environment: [String: String]) {
        let isRefused = !(environment["NO_COLOR"] ?? "").isEmpty || environment["TERM"] == "dumb"
        self.isColoured = isTerminal && !isRefused
    }

    func bold(_ text: String) -> String { wrap(text, "1") }
    func red(_ text: String) -> String { wrap(text, "31") }
    func green(_ text: String) -> String { wrap(text, "32") }
    func yellow(_ text: String) -> String { wrap(text, "33") }

    private func wrap(_ text: String, _ code: String) -> String {
        isColoured && !text.isEmpty ? "\u{1b}[\(code)m\(text)\u{1b}[0m" : text
    }
}
