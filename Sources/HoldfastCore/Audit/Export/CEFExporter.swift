/// ArcSight Common Event Format, version 0, one event a line ("Implementing ArcSight CEF", revision 25). A lossy view.
public struct CEFExporter: AuditExporter {
    private let context: ExportContext

    public init(_ context: ExportContext) {
        self.context = context
    }

    public mutating func record(index: Int, bytes: [UInt8]) throws -> [UInt8] {
        guard let record = try? AuditRecord(parsing: bytes) else {
            return Self.line(
                header: [context.productVersion, "unreadable", "A record this version cannot read", "1"],
                fields: [("cn1", "\(index)"), ("cn1Label", "recordIndex"), ("deviceExternalId", context.origin)])
        }
        let severity = OCSFSeverity(record).cef
        let name = record.outcome.map { "\(record.operation) \($0.result.rawValue)" } ?? "\(record.operation) started"
        return Self.line(
            header: [context.productVersion, record.operation, name, "\(severity)"], fields: Self.fields(record, index, context.origin))
    }

    private static func fields(_ record: AuditRecord, _ index: Int, _ origin: String) -> [(key: String, value: String?)] {
        [
            ("rt", "\(record.time)"), ("externalId", record.id), ("deviceExternalId", origin), ("cat", record.phase.rawValue),
            ("app", record.actor.socket.rawValue), ("suid", "\(record.actor.uid)"), ("suser", record.actor.subject),
            ("spid", "\(record.actor.pid)"),
            ("act", record.operation), ("outcome", record.outcome?.result.rawValue), ("reason", record.outcome?.code),
            ("cnt", "\(record.count)"), ("cn1", "\(index)"), ("cn1Label", "recordIndex"),
        ] + labelled("cn2", "promptTokens", record.tokens.map { "\($0.prompt)" })
            + labelled("cn3", "completionTokens", record.tokens.map { "\($0.completion)" })
            + labelled("cs1", "resource", record.resource.map { $0.name ?? $0.kind })
            + labelled("cs2", "digest", record.resource?.digest?.description)
            + labelled("cs3", "role", record.actor.role)
            + labelled("cs4", "rule", record.actor.rule)
            + labelled("cs5", "policyGeneration", "\(record.policyGeneration)")
            + labelled("cs6", "daemonRun", "\(record.boot)/\(record.sequence)")
            + labelled("flexNumber1", "durationMicroseconds", record.duration.map(String.init))
            + labelled("flexString1", "httpStatus", record.outcome?.status.map(String.init))
            + labelled("flexString2", "alias", record.resource?.alias)
    }

    private static func labelled(_ key: String, _ label: String, _ value: String?) -> [(key: String, value: String?)] {
        value == nil ? [] : [(key, value), (key + "Label", label)]
    }

    private static func line(header: [String], fields: [(key: String, value: String?)]) -> [UInt8] {
        let head = (["CEF:0", "Holdfast", "holdfastd"] + header.map(escapedHeader)).joined(separator: "|")
        let tail = fields.compactMap { key, value in value.map { "\(key)=\(escapedValue($0))" } }.joined(separator: " ")
        return Array("\(head)|\(tail)\n".utf8)
    }

    /// In the header `\` and `|` are escaped, and nothing may break the line.
    static func escapedHeader(_ text: String) -> String {
        escaped(text, lineBreaks: (" ", " ")) { $0 == "\\" || $0 == "|" }
    }

    /// In the extension `\` and `=` are escaped, and line breaks are written `\n` and `\r`.
    static func escapedValue(_ text: String) -> String {
        escaped(text, lineBreaks: ("\\n", "\\r")) { $0 == "\\" || $0 == "=" }
    }

    /// Other control characters, for which CEF has no escape, and the two Unicode line ends become `?`.
    private static func escaped(
        _ text: String, lineBreaks: (feed: String, carriageReturn: String), isSpecial: (Unicode.Scalar) -> Bool
    ) -> String {
        var result = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\n": result += lineBreaks.feed
            case "\r": result += lineBreaks.carriageReturn
            case _ where ExportText.isControl(scalar): result += "?"
            case _ where isSpecial(scalar):
                result += "\\"
                result.unicodeScalars.append(scalar)
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result
    }
}
