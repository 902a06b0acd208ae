import HoldfastAPI
import HoldfastCore

/// Audit records as rows.
enum AuditTable {
    private static let titles = ["INDEX", "TIME", "ACTOR", "OPERATION", "RESOURCE", "OUTCOME", "DURATION", "TOKENS"]
    private static let rightAligned: Set<Int> = [0, 6, 7]

    /// - Parameter user: names a uid.
    static func text(_ entries: [AuditEntry], user: (UInt32) -> String, style: Style) -> String {
        var table = Table(titles.enumerated().map { ($1, rightAligned.contains($0) ? .right : .left) })
        for entry in entries { table.add(cells(entry, user: user)) }
        return table.text(style: style)
    }

    static func cells(_ entry: AuditEntry, user: (UInt32) -> String) -> [String] {
        guard let record = try? AuditRecord(parsing: Array(entry.text.utf8)) else {
            return ["\(entry.index)", "", "", "a record this version cannot read", "", "", "", ""]
        }
        return [
            "\(entry.index)", LocalTime.text(record.time), actor(record.actor, user: user), record.operation,
            record.resource.map { $0.name ?? $0.digest?.short ?? $0.kind } ?? "", outcome(record),
            record.duration.map { Human.duration(microseconds: $0) } ?? "",
            record.tokens.map { "\($0.prompt)+\($0.completion)" } ?? "",
        ]
    }

    private static func actor(_ actor: AuditActor, user: (UInt32) -> String) -> String {
        if actor.socket == .internal { return "holdfastd" }
        if let subject = actor.subject { return subject }
        return UInt32(exactly: actor.uid).map(user) ?? "uid:\(actor.uid)"
    }

    private static func outcome(_ record: AuditRecord) -> String {
        var text = record.outcome.map { [$0.result.rawValue, $0.code].compactMap { $0 }.joined(separator: " ") } ?? "started"
        if record.count > 1 { text += " ×\(record.count)" }
        return text
    }

    /// A table whose rows are not yet known: columns start at a usual width and grow with what comes.
    struct Following {
        private let user: (UInt32) -> String
        private var widths = [6, 19, 10, 16, 20, 10, 8, 8]

        init(user: @escaping (UInt32) -> String) { self.user = user }

        mutating func header(style: Style) -> String { style.bold(padded(titles)) }
        mutating func line(_ entry: AuditEntry) -> String { padded(cells(entry, user: user).map(TerminalText.clean)) }

        private mutating func padded(_ cells: [String]) -> String {
            for (column, cell) in cells.enumerated() { widths[column] = max(widths[column], cell.count) }
            return Table.line(cells, widths: widths, isRightAligned: rightAligned.contains)
        }
    }
}
