/// Where the report answers a rule, and where it does not. Short readings; the rules' own words count.
enum ReportMapping {
    private struct Rule {
        let name: String
        let asks: String
        let met: String
        let open: String
    }

    static func section(_ report: ComplianceReport) -> ReportDocument.Section {
        .init(
            id: "rules", title: "Rules and where they are met",
            blocks: [
                .paragraph(
                    "Regulation (EU) 2024/1689 (AI Act) and NIST SP 800-53 Rev. 5. A reading by the makers of Holdfast, no legal advice: a log is a part of what each rule asks, never the whole."
                ),
                table("EU AI Act", aiAct(report.facts.retentionDays)),
                table("NIST SP 800-53", nist),
            ])
    }

    private static func table(_ title: String, _ rules: [Rule]) -> ReportDocument.Block {
        .table(
            .init(
                title: title, columns: [("Rule", .text), ("Asks for", .text), ("Met by", .text), ("Not covered", .text)],
                rows: rules.map { [$0.name, $0.asks, $0.met, $0.open] }, empty: ""))
    }

    private static func aiAct(_ retentionDays: Int?) -> [Rule] {
        let kept = retentionDays.map { "Records are kept \($0) days here" } ?? "The retention of this node was not given to the report"
        let isEnough = retentionDays.map { $0 >= 184 ? "six months are met" : "six months are NOT met" } ?? "compare it with six months"
        return [
            Rule(
                name: "Art. 12(1)", asks: "Events are recorded automatically over the system's lifetime.",
                met: "Use of models; Daemon, engines and audit trail; Gaps says when nothing could be recorded.",
                open: "What the application around the model does."),
            Rule(
                name: "Art. 12(2)(a)", asks: "Events that help to identify risks and substantial modifications.",
                met: "Provenance of models (every change of a model, by digest); Policy and access; Denials; engine failures.",
                open: "Whether an answer was harmful: no content is kept."),
            Rule(
                name: "Art. 12(2)(b)", asks: "Post-market monitoring (Art. 72).",
                met: "Use of models: outcomes, failures and tokens by model and day.",
                open: "Quality of answers; complaints; the monitoring plan."),
            Rule(
                name: "Art. 12(2)(c)", asks: "Monitoring of operation by the deployer (Art. 26(5)).",
                met: "Who used them; Denials; Daemon, engines and audit trail.", open: "Human oversight of single decisions."),
            Rule(
                name: "Art. 12(3)",
                asks: "Remote biometric identification: period of use, reference database, matched input, persons who verified.",
                met: "Period of each use only.", open: "All else; Holdfast does not know what a model is used for."),
            Rule(
                name: "Art. 19(1)", asks: "Providers keep the logs under their control at least six months.",
                met: "\(kept): \(isEnough). Integrity.",
                open: "Longer periods that other law asks for."),
            Rule(
                name: "Art. 26(6)", asks: "Deployers keep the logs under their control at least six months.",
                met: "\(kept): \(isEnough). Integrity.",
                open: "Logs of systems other than this node."),
        ]
    }

    private static let nist: [Rule] = [
        Rule(
            name: "AU-2 Event logging", asks: "The events to be logged are chosen, with reasons, and reviewed.",
            met: "Every operation of the node is logged; docs/audit-records.md lists what is written when.",
            open: "The organisation's own choice and its review."),
        Rule(
            name: "AU-3 Content of audit records", asks: "What, when, where, source, outcome, and who.",
            met: "Operation, time, node, socket and process, result and code, user id and rule, in each record; tables of this report.",
            open: "Names of persons: a user id is what the kernel vouches for."),
        Rule(
            name: "AU-5 Response to failures", asks: "Alerts and action when logging fails or space runs short.",
            met: "Nothing is done that cannot be recorded; Gaps lists shortage, sealing and interrupted operations.",
            open: "Who is alerted: forward the journal."),
        Rule(
            name: "AU-9 Protection of audit information", asks: "No unauthorised reading, change or deletion.",
            met: "Integrity; reading needs audit:read; pruning needs two subjects and is listed under Gaps.",
            open: "Someone with root and the key, before a catalog has acknowledged a record."),
        Rule(
            name: "AU-10 Non-repudiation", asks: "Proof that an individual performed an action.",
            met: "Each record names the user id and process and is bound into a signed tree.",
            open: "Shared accounts; who sat at the keyboard."),
        Rule(
            name: "AU-12 Audit record generation", asks: "The system's parts generate the chosen records, with a common time.",
            met: "One daemon writes all; records are ordered by run and number whatever the clock did; clock steps under Gaps.",
            open: "Synchronisation of the clock itself."),
    ]
}
