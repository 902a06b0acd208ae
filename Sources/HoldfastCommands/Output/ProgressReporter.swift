import Synchronization

/// Shows a ``ProgressMeter`` on stderr: one line drawn over on a terminal, a plain line every ten seconds elsewhere. Whether anybody reads
/// it never stops the work.
final class ProgressReporter: Sendable {
    private let sink: any TextSink
    private let start: ContinuousClock.Instant
    private let state: Mutex<State>

    private struct State {
        var meter: ProgressMeter
        var hasDrawn = false
    }

    init(_ label: String, in unit: ProgressMeter.Unit = .bytes, sink: any TextSink) {
        self.sink = sink
        self.start = .now
        let interval: Duration = sink.isTerminal ? .milliseconds(200) : .seconds(10)
        self.state = Mutex(State(meter: ProgressMeter(TerminalText.clean(label), in: unit, interval: interval)))
    }

    func update(done: Int64, total: Int64) {
        let line: String? = state.withLock { state in
            let line = state.meter.line(done: done, total: total, at: .now - start)
            if line != nil { state.hasDrawn = true }
            return line
        }
        guard let line else { return }
        try? sink.write(sink.isTerminal ? "\r\u{1b}[K\(line)" : line + "\n")
    }

    /// Takes the drawn line away; what follows says how it ended.
    func finish() {
        let hasDrawn = state.withLock { $0.hasDrawn }
        if hasDrawn, sink.isTerminal { try? sink.write("\r\u{1b}[K") }
    }
}
