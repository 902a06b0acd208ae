/// What is told one by one: changes, the daemon's own events, and what the trail does not say.
extension ComplianceReport {
    var changeSection: ReportDocument.Section {
        .init(
            id: "changes", title: "Policy and access",
            blocks: [
                .table(table("Policy changes", policyChanges, empty: "The policy did not change in this period.")),
                .table(
                    table("Tokens and application sockets", accessChanges, empty: "No token or application socket was made or revoked.")),
            ])
    }

    var provenanceSection: ReportDocument.Section {
        .init(
            id: "provenance", title: "Provenance of models",
            blocks: [
                .paragraph(
                    "Every model added, renamed, removed, loaded or verified. A digest is the SHA-256 of the model's file; a model runs only while its file has it."
                ),
                .table(
                    table(
                        "Models added, changed and verified", modelChanges, hasDigests: true,
                        empty: "No model was added, changed or verified.")),
            ])
    }

    var daemonSection: ReportDocument.Section {
        .init(
            id: "daemon", title: "Daemon, engines and audit trail",
            blocks: [
                .table(table("Starts, stops and failures", engineEvents, empty: "Neither the daemon nor an engine started or stopped.")),
                .table(
                    table("Use of the audit trail", auditOperations, empty: "Nobody verified, exported, pruned or erased anything.")),
                .table(
                    .init(
                        title: "Reads and administrative calls that were allowed",
                        columns: [("Operation", .code), ("Calls", .number)],
                        rows: otherOperations.map { [$0.operation, ReportText.count($0.count)] }, empty: "There were none.")),
            ])
    }

    var gapSection: ReportDocument.Section {
        var blocks: [ReportDocument.Block] = [
            .paragraph(
                "What the trail cannot tell or tells only in part. Clock steps are told when the clock went back by more than \(GapFinder.toleranceMilliseconds / 1000) seconds; a step forward looks like a quiet time."
            )
        ]
        if openIntents > 0 {
            blocks.append(
                .notice(
                    .warning,
                    "\(ReportText.plural(Int64(openIntents), "operation")) begun in this period had no outcome among the records read: still at work when the report was made, or begun just before its end."
                ))
        }
        blocks.append(
            .table(
                .init(
                    title: "Gaps", columns: [("Record", .number), ("Time (UTC)", .time), ("Kind", .code), ("What", .text)],
                    rows: gaps.entries.map { [ReportText.count($0.index), ReportText.cell($0.time), $0.operation, $0.what] },
                    empty: "None: every record follows the one before it, every operation has its outcome, the clock went forward.",
                    note: Self.omitted(gaps))))
        return .init(id: "gaps", title: "Gaps", blocks: blocks)
    }

    /// - Parameter hasDigests: show them whole, in a column of their own.
    private func table(_ title: String, _ events: Events, hasDigests: Bool = false, empty: String) -> ReportDocument.Table {
        let digests: [(title: String, kind: ReportDocument.Table.Column)] = hasDigests ? [("Digest", .digest)] : []
        return .init(
            title: title,
            columns: [("Record", .number), ("Time (UTC)", .time), ("By", .text), ("Operation", .code), ("What", .text)] + digests + [
                ("Trouble", .text)
            ],
            rows: events.entries.map { event in
                [
                    ReportText.count(event.index), ReportText.cell(event.time), subject(event.subject), event.operation, event.what,
                ] + (hasDigests ? [event.digest?.description ?? ""] : []) + [event.trouble]
            }, empty: empty, note: Self.omitted(events))
    }

    private static func omitted(_ events: Events) -> String {
        events.omitted == 0 ? "" : "\(ReportText.count(events.omitted)) more are not shown; holdfast audit export has them all."
    }
}
