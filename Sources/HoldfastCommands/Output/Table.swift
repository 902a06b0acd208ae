/// Rows in columns as wide as their widest cell, two spaces apart. The header is left out when there are no rows.
struct Table {
    enum Alignment {
        case left
        case right
    }

    private let header: [String]
    private let alignments: [Alignment]
    private var rows: [[String]] = []

    init(_ columns: [(title: String, alignment: Alignment)]) {
        self.header = columns.map(\.title)
        self.alignments = columns.map(\.alignment)
    }

    var isEmpty: Bool { rows.isEmpty }

    /// Control characters and line breaks in cells are left out: a cell is one line.
    mutating func add(_ cells: [String]) {
        rows.append(cells.map { TerminalText.clean($0).filter { !$0.isNewline && $0 != "\t" } })
    }

    func text(style: Style) -> String {
        if rows.isEmpty { return "" }
        let widths = header.indices.map { column in ([header] + rows).map { $0[column].count }.max() ?? 0 }
        var lines = [style.bold(line(header, widths))]
        for row in rows { lines.append(line(row, widths)) }
        return lines.joined(separator: "\n") + "\n"
    }

    private func line(_ cells: [String], _ widths: [Int]) -> String {
        Self.line(cells, widths: widths) { alignments[$0] == .right }
    }

    static func line(_ cells: [String], widths: [Int], isRightAligned: (Int) -> Bool) -> String {
        var text = ""
        for (column, cell) in cells.enumerated() {
            let padding = String(repeating: " ", count: max(0, widths[column] - cell.count))
            if column > 0 { text += "  " }
            text += isRightAligned(column) ? padding + cell : cell + padding
        }
        while text.hasSuffix(" ") { text.removeLast() }
        return text
    }
}
