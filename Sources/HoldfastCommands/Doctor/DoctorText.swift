/// A report for people: a line for each check, and under what is missing what to do.
enum DoctorText {
    static func text(_ report: DoctorReport, style: Style) -> String {
        let width = report.checks.map(\.id.count).max() ?? 0
        var lines: [String] = []
        for check in report.checks {
            let mark =
                switch check.status {
                case .ok: style.green("ok     ")
                case .warning: style.yellow("warning")
                case .failed: style.red("failed ")
                }
            let id = check.id + String(repeating: " ", count: width - check.id.count)
            lines.append("\(mark)  \(style.bold(id))  \(TerminalText.clean(check.found))")
            let margin = String(repeating: " ", count: width + 9)
            if let remedy = check.remedy { lines.append("\(margin)  to do: \(TerminalText.clean(remedy))") }
        }
        let failed = report.checks.count { $0.status == .failed }
        lines.append(failed == 0 ? "Everything a node needs is here." : "\(failed) of \(report.checks.count) checks failed.")
        return lines.joined(separator: "\n")
    }
}
