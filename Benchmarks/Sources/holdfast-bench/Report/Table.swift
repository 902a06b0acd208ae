import Foundation

/// The table on the screen.
enum Table {
    static func text(_ rows: [Row]) -> String {
        let head = ["", "figure", "baseline", "ratio", "spread", "goal", "met?"]
        let lines = [head] + rows.map(cells)
        let widths = head.indices.map { column in lines.map { $0[column].count }.max() ?? 0 }
        return lines.map { cells in
            zip(cells, widths).enumerated().map { column, cell in
                let space = String(repeating: " ", count: cell.1 - cell.0.count)
                return column == 0 || column == 6 ? cell.0 + space : space + cell.0
            }.joined(separator: "  ")
        }.joined(separator: "\n")
    }

    static func cells(_ row: Row) -> [String] {
        let spread = row.spread.map { number($0) }.joined(separator: " to ")
        return [
            row.name, "\(number(row.figure)) \(row.unit)", row.baseline.map { "\(number($0)) \(row.unit)" } ?? "–",
            row.ratio.map { number($0) } ?? "–", spread, goal(row.goal, row.unit), row.isMet.map { $0 ? "yes" : "NO" } ?? "–",
        ]
    }

    private static func goal(_ goal: Row.Goal?, _ unit: String) -> String {
        switch goal {
        case .atLeastRatio(let least): "ratio ≥ \(least)"
        case .atMost(let most): "≤ \(number(most)) \(unit)"
        case .atLeast(let least): "≥ \(number(least)) \(unit)"
        case nil: "–"
        }
    }

    /// Three figures where that says enough.
    private static func number(_ value: Double) -> String {
        switch abs(value) {
        case 1000...: String(Int(value.rounded()))
        case 100...: String(format: "%.0f", value)
        case 10...: String(format: "%.1f", value)
        case 1...: String(format: "%.2f", value)
        default: String(format: "%.3f", value)
        }
    }
}
