import Testing

@testable import HoldfastCommands

struct WaitingNoteTests {
    @Test func theNoteIsTakenAwayWhenTheAnswerComes() {
        let sink = MemorySink(isTerminal: true)
        let note = WaitingNote("waiting", sink: sink)
        note.draw()
        #expect(sink.text == "waiting")
        note.end()
        note.end()
        #expect(sink.text == "waiting\r\u{1b}[K")
    }

    @Test func afterTheAnswerNothingIsDrawn() {
        let sink = MemorySink(isTerminal: true)
        let note = WaitingNote("waiting", sink: sink)
        note.end()
        note.draw()
        #expect(sink.text.isEmpty)
    }
}
