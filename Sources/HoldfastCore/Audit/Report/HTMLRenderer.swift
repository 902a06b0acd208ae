extension ComplianceReport {
    /// The report as one page that needs nothing else: style and charts are in it, no script, no address is fetched.
    public func html() -> String { HTMLRenderer.render(document) }
}

enum HTMLRenderer {
    static func render(_ document: ReportDocument) -> String {
        let links = document.sections.map { "<a href=\"#\($0.id)\">\(HTMLText.escaped($0.title))</a>" }.joined()
        return """
            <!DOCTYPE html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
            <meta name="color-scheme" content="light dark">
            <title>\(HTMLText.escaped(document.title))</title>
            <style>
            \(HTMLStyle.text)</style>
            </head>
            <body>
            <header><p class="brand">Holdfast</p><h1>\(HTMLText.escaped(document.title))</h1><p class="origin"><code>\(HTMLText.escaped(document.subtitle))</code></p></header>
            <nav aria-label="Sections">\(links)</nav>
            <main>
            \(document.sections.map(section).joined(separator: "\n"))
            </main>
            </body>
            </html>

            """
    }

    private static func section(_ section: ReportDocument.Section) -> String {
        "<section id=\"\(section.id)\" aria-labelledby=\"\(section.id)-title\">\n<h2 id=\"\(section.id)-title\">\(HTMLText.escaped(section.title))</h2>\n"
            + section.blocks.map(block).joined(separator: "\n") + "\n</section>"
    }

    private static func block(_ block: ReportDocument.Block) -> String {
        switch block {
        case .paragraph(let text): "<p>\(HTMLText.escaped(text))</p>"
        case .notice(let tone, let text): "<p class=\"notice \(tone.rawValue)\" role=\"note\">\(HTMLText.escaped(text))</p>"
        case .figures(let figures): "<dl class=\"figures\">\(figures.map(figure).joined())</dl>"
        case .facts(let facts):
            "<dl class=\"facts\">"
                + facts.map { fact in
                    let value = HTMLText.escaped(fact.value)
                    return "<dt>\(HTMLText.escaped(fact.name))</dt><dd>\(fact.isCode ? "<code>\(value)</code>" : value)</dd>"
                }.joined() + "</dl>"
        case .code(let title, let text):
            "<figure class=\"code\"><figcaption>\(HTMLText.escaped(title))</figcaption><pre>\(preformatted(text))</pre></figure>"
        case .chart(let chart): SVGChart.render(chart)
        case .table(let table): self.table(table)
        }
    }

    private static func preformatted(_ text: String) -> String {
        text.split(separator: "\n", omittingEmptySubsequences: false).map { HTMLText.escaped(String($0)) }.joined(separator: "\n")
    }

    private static func figure(_ figure: ReportDocument.Figure) -> String {
        "<div class=\"\(figure.tone.rawValue)\"><dt>\(HTMLText.escaped(figure.label))</dt><dd>\(HTMLText.escaped(figure.value))"
            + "<small>\(HTMLText.escaped(figure.note))</small></dd></div>"
    }

    private static func table(_ table: ReportDocument.Table) -> String {
        guard !table.rows.isEmpty else {
            return "<h3>\(HTMLText.escaped(table.title))</h3>\n<p class=\"empty\">\(HTMLText.escaped(table.empty))</p>"
        }
        let head = table.columns.map { "<th scope=\"col\"\(attribute($0.kind))>\(HTMLText.escaped($0.title))</th>" }.joined()
        let rows = table.rows.map { row in
            let cells = zip(row, table.columns).map { cell, column in
                let text = HTMLText.escaped(cell)
                return
                    "<td\(attribute(column.kind))>\((column.kind == .code || column.kind == .digest) && !text.isEmpty ? "<code>\(text)</code>" : text)</td>"
            }
            return "<tr>\(cells.joined())</tr>"
        }
        let note = table.note.isEmpty ? "" : "\n<p class=\"note\">\(HTMLText.escaped(table.note))</p>"
        return "<div class=\"scroll\" role=\"region\" aria-label=\"\(HTMLText.escaped(table.title))\" tabindex=\"0\"><table>"
            + "<caption>\(HTMLText.escaped(table.title))</caption>\n<thead><tr>\(head)</tr></thead>\n<tbody>\n\(rows.joined(separator: "\n"))\n"
            + "</tbody></table></div>\(note)"
    }

    private static func attribute(_ kind: ReportDocument.Table.Column) -> String { kind == .text ? "" : " class=\"\(kind.rawValue)\"" }
}
