/// A table after RFC 4180: a header line, CRLF, quotes where they are needed, UTF-8 without a byte order mark. A lossy view.
///
/// A text that a spreadsheet might take for a formula gets an apostrophe before it, and so does one that begins with an apostrophe: taking
/// one leading apostrophe away from a text gives it back as it was. Numbers are never touched.
public struct CSVExporter: AuditExporter {
    private enum Cell {
        case text(String?)
        case number(Int64?)
    }

    private static let columns = [
        "index", "time_ms", "time_utc", "id", "boot", "seq", "phase", "operation", "socket", "uid", "gid", "pid", "groups", "subject",
        "role", "rule",
        "resource_kind", "resource_name", "resource_digest", "resource_alias", "result", "code", "status", "finish", "count", "duration_us",
        "prompt_tokens",
        "completion_tokens", "cached_tokens", "policy_generation", "params",
    ]

    public init() {}

    public mutating func header() throws -> [UInt8] { Self.line(Self.columns.map(Cell.text)) }

    /// A record this build cannot read has its number and `unreadable` as its phase.
    public mutating func record(index: Int, bytes: [UInt8]) throws -> [UInt8] {
        guard let record = try? AuditRecord(parsing: bytes) else {
            var cells = [Cell](repeating: .text(nil), count: Self.columns.count)
            cells[0] = .number(Int64(index))
            cells[6] = .text("unreadable")
            return Self.line(cells)
        }
        return Self.line(Self.subject(record, index) + Self.result(record))
    }

    private static func subject(_ record: AuditRecord, _ index: Int) -> [Cell] {
        let actor = record.actor
        return [
            .number(Int64(index)), .number(record.time), .text(UTCTime(milliseconds: record.time).iso8601), .text(record.id),
            .text(record.boot), .number(record.sequence), .text(record.phase.rawValue), .text(record.operation),
            .text(actor.socket.rawValue), .number(actor.uid), .number(actor.gid), .number(actor.pid),
            .text(actor.groups.map(String.init).joined(separator: " ")), .text(actor.subject), .text(actor.role), .text(actor.rule),
        ]
    }

    private static func result(_ record: AuditRecord) -> [Cell] {
        let (resource, outcome, tokens) = (record.resource, record.outcome, record.tokens)
        return [
            .text(resource?.kind), .text(resource?.name), .text(resource?.digest?.description), .text(resource?.alias),
            .text(outcome?.result.rawValue), .text(outcome?.code), .number(outcome?.status), .text(outcome?.finish), .number(record.count),
            .number(record.duration),
            .number(tokens?.prompt), .number(tokens?.completion), .number(tokens?.cached), .number(record.policyGeneration),
            .text(record.parameters.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }.joined(separator: " ")),
        ]
    }

    private static func line(_ cells: [Cell]) -> [UInt8] {
        let texts = cells.map { cell in
            switch cell {
            case .number(let number): number.map(String.init) ?? ""
            case .text(let text): text.map { escaped($0) } ?? ""
            }
        }
        return Array((texts.joined(separator: ",") + "\r\n").utf8)
    }

    static func escaped(_ text: String) -> String {
        var scalars = String.UnicodeScalarView()
        if let first = text.unicodeScalars.first(where: { $0 != " " }), formulaStarts.contains(first) { scalars.append("'") }
        var needsQuotes = text.unicodeScalars.first == " " || text.unicodeScalars.last == " "
        for scalar in text.unicodeScalars {
            // Readers written in C end at a zero byte; no name needs one.
            let scalar = scalar == "\0" ? "\u{fffd}" : scalar
            if scalar == "\"" { scalars.append("\"") }
            needsQuotes = needsQuotes || scalar == "\"" || scalar == "," || scalar == ";" || ExportText.isControl(scalar)
            scalars.append(scalar)
        }
        return needsQuotes ? "\"\(String(scalars))\"" : String(scalars)
    }

    /// OWASP's list, with the full-width forms some spreadsheets fold, and the apostrophe itself.
    private static let formulaStarts: Set<Unicode.Scalar> = [
        "=", "+", "-", "@", "\t", "\r", "\n", "|", "%", "'", "\u{ff1d}", "\u{ff0b}", "\u{ff0d}", "\u{ff20}",
    ]
}
