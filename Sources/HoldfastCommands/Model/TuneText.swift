import HoldfastAPI
import HoldfastCore

/// Tuning in words.
enum TuneText {
    static func stage(_ stage: String, of name: String) -> String {
        let what =
            switch stage {
            case "calibrate": "how fast it is as it is"
            case "coarse": "one setting changed at a time"
            case "fine": "the best ones together"
            case "confirm": "the best beside the defaults, in turn"
            case "waiting": "waiting: the node has requests, and they come first"
            default: TerminalText.clean(stage)
            }
        return "tuning \(TerminalText.clean(name)): \(what)"
    }

    static func progress(_ progress: TuneLine.Progress, of name: String) -> String {
        var text = stage(progress.stage, of: name)
        if progress.total > 0 { text += "  \(progress.done) of \(progress.total)" }
        if let speed = progress.speed { text += "  \(rate(speed.prompt)) and \(rate(speed.answer)) tokens/s" }
        return text
    }

    static func result(_ result: TuneResult, style: Style) -> String {
        var table = Table([("", .left), ("PROMPT", .right), ("ANSWER", .right), ("SETTINGS", .left)])
        func add(_ title: String, _ measured: TuneResult.Measured?) {
            guard let measured else { return }
            table.add([
                title, "\(rate(measured.speed.prompt)) tokens/s", "\(rate(measured.speed.answer)) tokens/s", measured.settings.description,
            ])
        }
        add("llama.cpp's defaults", result.engineDefaults)
        add("this node's defaults", result.defaults)
        add(result.isStored ? "chosen" : "best of the others", result.best)
        var lines = [verdict(result), table.text(style: style).trimmingNewlines]
        if let gain = result.engineGain {
            lines.append("Against llama.cpp's defaults: prompt \(times(gain.prompt)), answer \(times(gain.answer)).")
        }
        if result.isInUse {
            lines.append("The engine that is in use goes on as it was started; the next one has the new settings.")
        }
        if result.pinnedPrompts > 0 {
            lines.append("\(Human.count(result.pinnedPrompts, "pinned prompt")) will be computed again after the next load.")
        }
        return lines.joined(separator: "\n")
    }

    private static func verdict(_ result: TuneResult) -> String {
        let name = TerminalText.clean(result.name)
        let noise = "equal measurements differed by \(percent(result.noise))"
        guard result.isStored else {
            let best = result.best == nil ? "nothing else came near them" : "the best of the others is \(times(result.gain.total)) as fast"
            let doubt =
                result.noise > 0.2 ? " That is too much to see a small gain: try again when the machine has nothing else to do." : ""
            return "\(name): the defaults are best here; \(best), and \(noise). Nothing is stored.\(doubt)"
        }
        return """
            \(name): \(times(result.gain.total)) as fast as with the defaults (prompt \(times(result.gain.prompt)), answer \
            \(times(result.gain.answer)); \(noise)).
            Stored for \(TerminalText.clean(result.engine.version)) on \(TerminalText.clean(result.hardware)), and used from the next load on; \
            holdfast model tune \(name) --reset goes back.
            """
    }

    static func reset(_ body: TuneResetBody) -> String {
        let name = TerminalText.clean(body.name)
        guard body.removed > 0 else { return "Nothing was chosen for \(name); it runs with the node's own settings." }
        let later = body.isInUse ? " The engine that is in use goes on as it was started." : ""
        return "\(name) runs with the node's own settings again.\(later)"
    }

    /// Where a model is shown.
    static func fact(_ tuning: TuningInfo, of name: String) -> String {
        guard let unused = tuning.unused else {
            return
                "\(tuning.settings.description); \(times(tuning.gain.total)) as fast as the defaults, measured \(LocalTime.text(tuning.measuredAt))"
        }
        return "not used: \(unused); holdfast model tune \(name) measures again"
    }

    static func times(_ ratio: Double) -> String { "\(Double((ratio * 100).rounded()) / 100) ×" }
    private static func percent(_ share: Double) -> String { "\(Int((share * 100).rounded())) %" }
    private static func rate(_ rate: Double) -> String { rate < 10 ? "\(Double((rate * 10).rounded()) / 10)" : "\(Int(rate.rounded()))" }
}

extension String {
    /// Without line ends at its end.
    fileprivate var trimmingNewlines: String { String(prefix(upTo: lastIndex { $0 != "\n" }.map(index(after:)) ?? startIndex)) }
}
