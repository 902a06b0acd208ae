extension ComplianceReport {
    /// The report as GitHub-flavoured Markdown, without charts: each is said again by a table.
    public func markdown() -> String { MarkdownRenderer.render(document) }
}

enum MarkdownRenderer {
    static func render(_ document: ReportDocument) -> String {
        var parts = ["# \(escaped(document.title))", codeSpan(document.subtitle)]
        for section in document.sections {
            parts.append("## \(escaped(section.title))")
            parts += section.blocks.compactMap(block)
        }
        return parts.joined(separator: "\n\n") + "\n"
    }

    private static func block(_ block: ReportDocument.Block) -> String? {
        switch block {
        case .paragraph(let text): escaped(text)
        case .chart: nil
        case .notice(let tone, let text): "> **\(sign(tone))** \(escaped(text))"
        case .figures(let figures):
            figures.map { "- **\(escaped($0.label)):** \(escaped($0.value)) (\(escaped($0.note)))" }.joined(separator: "\n")
        case .facts(let facts):
            facts.map { "- **\(escaped($0.name)):** \($0.isCode ? codeSpan($0.value) : escaped($0.value))" }.joined(separator: "\n")
        case .code(let title, let text):
            "**\(escaped(title))**\n\n"
                + text.split(separator: "\n", omittingEmptySubsequences: false).map { "    \($0)" }.joined(separator: "\n")
        case .table(let table): self.table(table)
        }
    }

    private static func sign(_ tone: ReportDocument.Tone) -> String {
        switch tone {
        case .plain: "Note."
        case .good: "OK."
        case .bad: "Broken."
        case .warning: "Mind."
        }
    }

    private static func table(_ table: ReportDocument.Table) -> String {
        let title = "### \(escaped(table.title))\n\n"
        guard !table.rows.isEmpty else { return title + escaped(table.empty) }
        let rules = table.columns.map { $0.kind == .number ? "---:" : "---" }
        let rows = table.rows.map { row in
            zip(row, table.columns).map { $1.kind == .code || $1.kind == .digest ? codeSpan($0) : escaped($0) }
        }
        let lines = [table.columns.map { escaped($0.title) }, rules] + rows
        return title + lines.map { "| \($0.joined(separator: " | ")) |" }.joined(separator: "\n")
            + (table.note.isEmpty ? "" : "\n\n\(escaped(table.note))")
    }

    /// Whatever a caller wrote stays text: no markup, no HTML, no link, no line of its own.
    static func escaped(_ text: String) -> String {
        var result = ""
        var previous: Unicode.Scalar = " "
        var run = 0
        let text = ExportText.visible(text)
        for scalar in text.unicodeScalars {
            switch scalar {
            case "&": result += "&amp;"
            case "<": result += "&lt;"
            case ">": result += "&gt;"
            case "@": result += "&#64;"
            case "\\", "`", "*", "_", "[", "]", "|", "~", "$", "#": result += "\\\(scalar)"
            // An address would become a link by itself.
            case "/" where previous == ":": result += "&#47;"
            case "." where run == 3: result += "\\."
            default: result.unicodeScalars.append(scalar)
            }
            previous = scalar
            run = scalar == "w" || scalar == "W" ? run + 1 : 0
        }
        return result
    }

    /// Text in which nothing is markup; a bar would end a table's cell all the same.
    static func codeSpan(_ text: String) -> String {
        guard !text.isEmpty else { return "" }
        let text = ExportText.visible(text)
        // A bar or a backtick in a name is rare, and a span that holds both is read differently by different readers.
        guard !text.contains("`"), !text.contains("|") else { return escaped(text) }
        return "`\(text)`"
    }
}
