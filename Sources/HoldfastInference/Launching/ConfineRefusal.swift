import HoldfastCore

/// What `holdfast-confine` says when it runs nothing: exit code 125 and one line.
enum ConfineRefusal {
    /// - Returns: nil when that is not how the process ended.
    static func error(_ exit: ExitReason, stderrTail: String, for model: ModelName) -> HoldfastError? {
        guard exit == .code(125), let why = lastWords(of: stderrTail) else { return nil }
        return unconfined(model, why)
    }

    static func unconfined(_ model: ModelName?, _ why: String) -> HoldfastError {
        HoldfastError(
            .engineUnconfined, "The engine\(model.map { " of \($0)" } ?? "") was not started, because it cannot be confined here: \(why)",
            hint: "holdfast doctor lists the layers and what to do; docs/configuration.md has confinement")
    }

    /// The last line, without the program's name.
    static func lastWords(of stderrTail: String) -> String? {
        guard let line = stderrTail.split(separator: "\n").last, line.hasPrefix("holdfast-"), let colon = line.firstRange(of: ": ") else {
            return nil
        }
        return String(line[colon.upperBound...])
    }
}
