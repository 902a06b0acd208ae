import HoldfastAPI

/// The result of a verification in words.
enum AuditReportText {
    static func sentences(_ report: AuditReportBody, style: Style) -> String {
        let trail = TerminalText.clean("The audit trail of \(report.origin)")
        let later = report.size - report.checkpointSize
        var lines: [String]
        if report.holds {
            let subject = "\(trail) \(style.green("holds"))"
            lines = ["\(subject): \(Human.count(report.checkpointSize, "record")), each as it was written and signed."]
        } else {
            lines = ["\(trail) \(style.red("does not hold"))."]
            if let problem = report.problem { lines.append(sentence(problem)) }
        }
        if !report.rootHash.isEmpty { lines.append("  root        " + TerminalText.clean(report.rootHash)) }
        lines.append("  checkpoint  signed over \(Human.count(report.checkpointSize, "record"))")
        if let removed = report.removedRecords, removed > 0 {
            lines.append(
                "  removed     \(Human.count(removed, "record")) before number \(report.minimumIndex ?? 0), as signed gap records say")
        }
        if let since = report.since, report.holds {
            lines.append("  since       the \(Human.count(since, "record")) of the checkpoint that was kept are the first of it")
        }
        if later > 0 { lines.append("  newer       \(Human.count(later, "record")), to be signed with the next checkpoint") }
        return lines.joined(separator: "\n")
    }

    private static func sentence(_ problem: AuditReportBody.Problem) -> String {
        guard let index = problem.index else { return TerminalText.clean(problem.what) }
        let id = problem.id.map { ", id \($0)" } ?? ""
        return TerminalText.clean("The first record that does not fit is number \(index)\(id). \(problem.what)")
    }
}
