import HoldfastAPI
import HoldfastCore

/// Follows the lines of a measurement: one line drawn over on a terminal, a line for each stage elsewhere.
struct TuneLog {
    private let name: String
    private let console: Console
    private var lastStage = ""
    private var hasDrawn = false
    private var final: TuneResult?

    init(name: String, console: Console) {
        self.name = name
        self.console = console
    }

    /// - Throws: ``HoldfastError``, the one a line carries or one for a line that cannot be read.
    mutating func take(_ bytes: [UInt8]) throws {
        let line = try NodeClient.decode(TuneLine.self, bytes)
        if let error = line.error {
            finish()
            throw error.holdfastError
        }
        if let progress = line.progress { show(progress) }
        if let result = line.result { final = result }
    }

    /// - Throws: when the stream ended before it was done.
    mutating func result() throws -> TuneResult {
        finish()
        guard let final else {
            throw HoldfastError(
                .interrupted, "The node stopped measuring before it was done. Nothing was changed.", hint: "holdfast model tune \(name)")
        }
        return final
    }

    /// Takes the drawn line away.
    mutating func finish() {
        if hasDrawn { try? console.errors.write("\r\u{1b}[K") }
        hasDrawn = false
    }

    private mutating func show(_ progress: TuneLine.Progress) {
        let text = TuneText.progress(progress, of: name)
        if console.errors.isTerminal {
            try? console.errors.write("\r\u{1b}[K\(text)")
            hasDrawn = true
        } else if progress.stage != lastStage {
            console.note(TuneText.stage(progress.stage, of: name))
        }
        lastStage = progress.stage
    }
}
