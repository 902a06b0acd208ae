/// Writes a model's answer as it comes. On a terminal without control characters; into a pipe as it is.
struct AnswerWriter {
    private let sink: any TextSink
    private let waiting: WaitingNote
    private var cleaner = TerminalText()
    private(set) var text = ""
    private var endsLine = true

    init(console: Console, model: String) {
        sink = console.output
        waiting = WaitingNote("waiting for \(model) …", sink: console.errors)
        waiting.begin()
    }

    mutating func write(_ piece: String) throws {
        waiting.end()
        text += piece
        let shown = sink.isTerminal ? cleaner.clean(piece) : piece
        guard !shown.isEmpty else { return }
        try sink.write(shown)
        endsLine = shown.hasSuffix("\n")
    }

    /// Ends the line, unless the answer did.
    mutating func endLine() throws {
        waiting.end()
        if !endsLine { try sink.write("\n") }
        endsLine = true
    }
}
