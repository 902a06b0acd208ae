/// Who used which models, how much, and what was refused.
extension ComplianceReport {
    private static let outcomeSeries: [ReportChart.Series] = [
        .init(name: "answered", color: "ok"), .init(name: "denied", color: "denied"), .init(name: "failed", color: "failed"),
        .init(name: "cancelled by the caller", color: "cancelled"), .init(name: "interrupted", color: "interrupted"),
    ]
    private static let tokenSeries: [ReportChart.Series] = [
        .init(name: "prompt", color: "prompt"), .init(name: "answer", color: "completion"),
    ]
    private static let charted = 10

    func subject(_ subject: ReportSubject) -> String {
        switch subject {
        case .daemon: "holdfastd"
        case .named(let name): name
        case .uid(let uid): userNames[uid].map { "\($0) (uid \(uid))" } ?? "uid \(uid)"
        }
    }

    var useSection: ReportDocument.Section {
        let start = period.milliseconds.lowerBound
        let bars = days.enumerated().map { day, outcomes in
            ReportChart.Bar(
                label: UTCTime(milliseconds: start + Int64(day) * UTCTime.millisecondsPerDay).date, values: Self.values(outcomes),
                text: ReportText.count(outcomes.total))
        }
        return .init(
            id: "models", title: "Use of models",
            blocks: [
                .chart(.days(title: "Requests to models each day, by outcome", series: Self.outcomeSeries, bars: bars)),
                .chart(
                    .ranking(
                        title: "Tokens by model", series: Self.tokenSeries,
                        bars: models.prefix(Self.charted).map { row in
                            .init(
                                label: row.key.name, values: [row.use.tokens.prompt, row.use.tokens.completion],
                                text: ReportText.count(row.use.tokens.total))
                        })),
                .table(modelTable),
            ])
    }

    var subjectSection: ReportDocument.Section {
        let maximum = 200
        let table = ReportDocument.Table(
            title: "Subjects and models",
            columns: [
                ("Subject", .text), ("Model", .text), ("Requests", .number), ("Answered", .number), ("Prompt tokens", .number),
                ("Answer tokens", .number),
            ],
            rows: pairs.prefix(maximum).map { row in
                [
                    subject(row.key.subject), row.key.model, ReportText.count(row.use.outcomes.total),
                    ReportText.count(row.use.outcomes.ok),
                    ReportText.count(row.use.tokens.prompt), ReportText.count(row.use.tokens.completion),
                ]
            },
            empty: "Nobody used a model in this period.",
            note: pairs.count > maximum ? "\(pairs.count - maximum) more pairs are not shown." : "")
        return .init(
            id: "subjects", title: "Who used them",
            blocks: [
                .chart(
                    .ranking(
                        title: "Subjects by tokens", series: Self.tokenSeries,
                        bars: subjects.filter { $0.use.tokens.total > 0 }.prefix(Self.charted).map { row in
                            .init(
                                label: subject(row.key), values: [row.use.tokens.prompt, row.use.tokens.completion],
                                text: "\(ReportText.count(row.use.tokens.total)) in \(ReportText.plural(row.use.outcomes.total, "request"))"
                            )
                        })),
                .table(table),
            ])
    }

    var denialSection: ReportDocument.Section {
        .init(
            id: "denials", title: "Denials",
            blocks: [
                .chart(
                    .ranking(
                        title: "Denials by reason", series: [.init(name: "denied", color: "denied")],
                        bars: denials.prefix(Self.charted).map { denial in
                            .init(
                                label: "\(denial.reason.operation): \(denial.reason.code)", values: [denial.count],
                                text: ReportText.count(denial.count))
                        })),
                .table(
                    .init(
                        title: "Denials by reason",
                        columns: [
                            ("Operation", .code), ("Reason", .code), ("Denials", .number), ("Subjects", .number), ("Last (UTC)", .time),
                        ],
                        rows: denials.map {
                            [
                                $0.reason.operation, $0.reason.code, ReportText.count($0.count), ReportText.count($0.subjects),
                                ReportText.cell($0.last),
                            ]
                        }, empty: "Nothing was denied in this period.")),
                .table(
                    .init(
                        title: "Denials by subject", columns: [("Subject", .text), ("Denials", .number)],
                        rows: deniedSubjects.prefix(50).map { [subject($0.subject), ReportText.count($0.count)] },
                        empty: "No subject was denied anything.",
                        note: deniedSubjects.count > 50 ? "\(deniedSubjects.count - 50) more subjects are not shown." : "")),
            ])
    }

    /// Long, and last: the chart shows it first.
    var daySection: ReportDocument.Section {
        let start = period.milliseconds.lowerBound
        let table = ReportDocument.Table(
            title: "Requests to models each day",
            columns: [("Day (UTC)", .time)] + Self.outcomeSeries.map { (Self.capitalized($0.name), .number) } + [("Total", .number)],
            rows: days.enumerated().filter { $0.element.total > 0 }.map { day, outcomes in
                [UTCTime(milliseconds: start + Int64(day) * UTCTime.millisecondsPerDay).date]
                    + (Self.values(outcomes) + [outcomes.total]).map { ReportText.count($0) }
            }, empty: "No model was asked anything in this period.", note: "Days without requests are left out.")
        return .init(id: "days", title: "Days", blocks: [.table(table)])
    }

    private var modelTable: ReportDocument.Table {
        .init(
            title: "Models",
            columns: [
                ("Model", .text), ("Digest", .digest), ("Requests", .number), ("Answered", .number), ("Prompt tokens", .number),
                ("of them cached", .number), ("Answer tokens", .number),
            ],
            rows: models.map { row in
                [
                    row.key.name, row.key.digest?.description ?? "", ReportText.count(row.use.outcomes.total),
                    ReportText.count(row.use.outcomes.ok), ReportText.count(row.use.tokens.prompt), ReportText.count(row.use.tokens.cached),
                    ReportText.count(row.use.tokens.completion),
                ]
            }, empty: "No model ran in this period.")
    }

    private static func values(_ outcomes: Outcomes) -> [Int64] {
        [outcomes.ok, outcomes.denied, outcomes.failed, outcomes.cancelled, outcomes.interrupted]
    }

    private static func capitalized(_ text: String) -> String { text.prefix(1).uppercased() + text.dropFirst() }
}
