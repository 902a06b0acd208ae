import Synchronization

@testable import HoldfastCommands

/// What a command writes, kept.
final class MemorySink: TextSink {
    let isTerminal: Bool
    let style: Style
    private let written = Mutex("")
    private let isBroken: Bool

    init(isTerminal: Bool = false, isBroken: Bool = false) {
        self.isTerminal = isTerminal
        self.isBroken = isBroken
        self.style = .plain
    }

    var text: String { written.withLock { $0 } }

    func write(_ text: String) throws {
        if isBroken { throw BrokenPipe() }
        written.withLock { $0 += text }
    }
}
