/// The head of the report, and what lets a reader check it.
extension ComplianceReport {
    var document: ReportDocument {
        ReportDocument(
            title: "Audit report, \(period.title)", subtitle: facts.origin,
            sections: [
                summarySection, useSection, subjectSection, denialSection, changeSection, provenanceSection, daemonSection, gapSection,
                integritySection, ReportMapping.section(self), daySection, methodSection,
            ])
    }

    private var summarySection: ReportDocument.Section {
        let denied = denials.reduce(Int64(0)) { $0 + $1.count }
        let figures: [ReportDocument.Figure] = [
            .init(
                label: "Requests to models", value: ReportText.count(total.outcomes.total),
                note: "\(ReportText.share(total.outcomes.ok, of: total.outcomes.total)) answered"),
            .init(
                label: "Tokens", value: ReportText.count(total.tokens.total),
                note: "\(ReportText.count(total.tokens.prompt)) prompt, \(ReportText.count(total.tokens.completion)) answer"),
            .init(
                label: "Subjects", value: ReportText.count(subjects.count),
                note: "asked; \(ReportText.plural(Int64(models.count), "model")) ran"),
            .init(
                label: "Denials", value: ReportText.count(denied),
                note: "of any operation, \(ReportText.plural(Int64(deniedSubjects.count), "subject"))"),
            .init(
                label: "Policy changes", value: ReportText.count(policyChanges.total - policyChanges.troubled),
                note: "\(ReportText.count(policyChanges.troubled)) refused; \(ReportText.plural(Int64(modelChanges.total), "model event"))"),
            .init(
                label: "Gaps", value: ReportText.count(gaps.total + (openIntents > 0 ? 1 : 0)),
                note: gaps.total == 0 && openIntents == 0 ? "none found" : "listed below",
                tone: gaps.total == 0 && openIntents == 0 ? .good : .warning),
        ]
        var blocks: [ReportDocument.Block] = [integrityNotice, .figures(figures)]
        if recordCount == 0 { blocks.append(.notice(.warning, "There is no record of this period.")) }
        if unreadable > 0 {
            blocks.append(
                .notice(
                    .warning,
                    "\(ReportText.plural(unreadable, "record")) cannot be read by this version and \(unreadable == 1 ? "is" : "are") in no figure."
                ))
        }
        if isAbridged {
            blocks.append(
                .notice(
                    .warning,
                    "There are more subjects, models or reasons than are counted one by one; the figures above and the days have all of them, the tables below do not."
                ))
        }
        return .init(id: "summary", title: "Summary", blocks: blocks)
    }

    private var integrityNotice: ReportDocument.Block {
        guard let integrity = facts.integrity else {
            return .notice(.warning, "The audit trail was not verified for this report.")
        }
        guard integrity.holds else {
            return .notice(.bad, "The audit trail does not hold. \(integrity.problem ?? "") The figures below may not be what happened.")
        }
        return .notice(
            .good, "The audit trail holds: \(ReportText.plural(Int64(integrity.size), "record")), each as it was written and signed.")
    }

    private var integritySection: ReportDocument.Section {
        var blocks: [ReportDocument.Block] = [
            .paragraph(
                "The promise, word for word: once a record's checkpoint has been acknowledged by a catalog, any later change, removal, reordering or fork of that record by the node is detectable; before that, someone with root and the live key can rewrite the unacknowledged tail."
            )
        ]
        guard let integrity = facts.integrity else {
            blocks.append(.notice(.warning, "No verification was made. Run holdfast audit verify, then make the report again."))
            return .init(id: "integrity", title: "Integrity", blocks: blocks)
        }
        var lines: [(name: String, value: String, isCode: Bool)] = [
            ("Result", integrity.holds ? "holds" : "does not hold", false), ("Records verified", ReportText.count(integrity.size), false),
            (
                "Acknowledged by a catalog",
                integrity.acknowledged.map { ReportText.plural(Int64($0), "record") } ?? "none: this node has no catalog", false
            ),
        ]
        if let problem = integrity.problem { lines.append(("What does not fit", problem, false)) }
        if let root = integrity.root { lines.append(("Root", root.base64, true)) }
        lines.append(("Verifier key", integrity.verifierKey, true))
        blocks.append(.facts(lines))
        if let checkpoint = integrity.checkpoint { blocks.append(.code(title: "Signed checkpoint (c2sp.org/tlog-checkpoint)", checkpoint)) }
        blocks.append(
            .paragraph(
                "To check it without this node: export the period with holdfast audit export --format jsonl, and run holdfast audit verify --file EXPORT --key 'VERIFIER KEY' on any machine. Hold the checkpoint against copies kept elsewhere: an older whole copy of the trail shows only so."
            ))
        return .init(id: "integrity", title: "Integrity", blocks: blocks)
    }

    private var methodSection: ReportDocument.Section {
        var lines: [(name: String, value: String, isCode: Bool)] = [
            ("Node", facts.origin, true), ("Period", "\(period.title), UTC", false), ("Made", ReportText.time(facts.madeAt), false),
            ("By", "Holdfast \(facts.productVersion)", false), ("Records of the period", ReportText.count(recordCount), false),
        ]
        if let records { lines.append(("Numbered", "\(records.lowerBound) to \(records.upperBound)", false)) }
        if let times {
            lines.append(("First and last", "\(ReportText.time(times.lowerBound)), \(ReportText.time(times.upperBound))", false))
        }
        if let days = facts.retentionDays { lines.append(("Records are kept", ReportText.plural(Int64(days), "day"), false)) }
        return .init(
            id: "method", title: "How this report was made",
            blocks: [
                .facts(lines),
                .paragraph(
                    "A request is counted once, on the day of its outcome; a record that stands for several equal events counts as many. Subjects are the user ids the kernel vouched for; names are those of the system the report was made on. Tokens are those of answered requests. Prompts and answers are in no record."
                ),
            ])
    }
}
