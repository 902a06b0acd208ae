import Synchronization

/// Says on a terminal what an answer waits for, and takes the note away when the first word comes: a model that is not loaded takes seconds.
final class WaitingNote: Sendable {
    private let sink: any TextSink
    private let text: String
    private let state = Mutex(State.waiting)

    private enum State {
        case waiting
        case drawn
        case ended
    }

    init(_ text: String, sink: any TextSink) {
        self.sink = sink
        self.text = TerminalText.clean(text)
    }

    /// Draws the note after a second, unless the answer is there by then.
    func begin() {
        guard sink.isTerminal else { return }
        Task {
            try await Task.sleep(for: .seconds(1))
            draw()
        }
    }

    func draw() {
        state.withLock { state in
            guard case .waiting = state else { return }
            state = .drawn
            try? sink.write(text)
        }
    }

    func end() {
        state.withLock { state in
            if case .drawn = state { try? sink.write("\r\u{1b}[K") }
            state = .ended
        }
    }
}
