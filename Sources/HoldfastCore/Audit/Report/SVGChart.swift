/// Charts as inline SVG. Colours come from the page's style, so that they follow light, dark and print.
enum SVGChart {
    static let width = 960

    static func render(_ chart: ReportChart) -> String {
        switch chart {
        case .days(let title, let series, let bars):
            figure(title, series, bars.contains { $0.values.contains { $0 > 0 } } ? days(title, series, bars) : nil)
        case .ranking(let title, let series, let bars): figure(title, series, bars.isEmpty ? nil : ranking(title, series, bars))
        }
    }

    private static func figure(_ title: String, _ series: [ReportChart.Series], _ drawing: String?) -> String {
        guard let drawing else { return "" }
        let legend =
            series.count < 2
            ? ""
            : "<ul class=\"legend\">\(series.map { "<li><i class=\"\($0.color)\"></i>\(HTMLText.escaped($0.name))</li>" }.joined())</ul>"
        return "<figure class=\"chart\"><figcaption>\(HTMLText.escaped(title))</figcaption>\(legend)\n\(drawing)\n</figure>"
    }

    private static func frame(_ title: String, height: Int, _ content: [String]) -> String {
        "<svg viewBox=\"0 0 \(width) \(height)\" role=\"img\" aria-label=\"\(HTMLText.escaped(title)). A table of this page has the figures.\">\n"
            + content.joined(separator: "\n") + "\n</svg>"
    }

    private static func days(_ title: String, _ series: [ReportChart.Series], _ bars: [ReportChart.Bar]) -> String {
        let (left, top, plot) = (52, 10, 210)
        let step = niceStep(bars.map { $0.values.reduce(0, +) }.max() ?? 0)
        let lines = Int(max((bars.map { $0.values.reduce(0, +) }.max() ?? 0) + step - 1, step) / step)
        let ceiling = step * Int64(lines)
        let slot = Double(width - left - 4) / Double(max(bars.count, 1))
        var parts: [String] = (0...lines).map { line in
            let y = top + plot - plot * line / lines
            return "<line class=\"\(line == 0 ? "axis" : "grid")\" x1=\"\(left)\" x2=\"\(width)\" y1=\"\(y)\" y2=\"\(y)\"/>"
                + "<text class=\"tick end\" x=\"\(left - 8)\" y=\"\(y + 4)\">\(ReportText.short(step * Int64(line)))</text>"
        }
        for (position, bar) in bars.enumerated() {
            let x = Double(left) + slot * (Double(position) + 0.14)
            var y = Double(top + plot)
            var rectangles: [String] = []
            for (value, series) in zip(bar.values, series) where value > 0 {
                let height = max(Double(plot) * Double(value) / Double(ceiling), 2)
                y -= height
                rectangles.append(rectangle(series.color, x: x, y: y, width: slot * 0.72, height: height))
            }
            let detail = zip(bar.values, series).filter { $0.0 > 0 }.map { "\(ReportText.count($0.0)) \($0.1.name)" }.joined(
                separator: ", ")
            parts.append(
                "<g><title>\(HTMLText.escaped("\(bar.label): \(detail.isEmpty ? "none" : detail)"))</title>\(rectangles.joined())</g>")
            parts.append(
                "<text class=\"tick middle\" x=\"\(number(x + slot * 0.36))\" y=\"\(top + plot + 18)\">\(HTMLText.escaped(dayNumber(bar.label)))</text>"
            )
        }
        return frame(title, height: top + plot + 26, parts)
    }

    private static func ranking(_ title: String, _ series: [ReportChart.Series], _ bars: [ReportChart.Bar]) -> String {
        let (left, right, row) = (300, 210, 30)
        let longest = max(bars.map { $0.values.reduce(0, +) }.max() ?? 1, 1)
        var parts: [String] = []
        for (position, bar) in bars.enumerated() {
            let y = position * row
            var x = Double(left)
            var rectangles: [String] = []
            for (value, series) in zip(bar.values, series) where value > 0 {
                let length = max(Double(width - left - right) * Double(value) / Double(longest), 2)
                rectangles.append(rectangle(series.color, x: x, y: Double(y + 5), width: length, height: 18))
                x += length
            }
            let detail = zip(bar.values, series).map { "\(ReportText.count($0.0)) \($0.1.name)" }.joined(separator: ", ")
            parts.append(
                "<g><title>\(HTMLText.escaped("\(bar.label): \(detail)"))</title>"
                    + "<text class=\"label end\" x=\"\(left - 10)\" y=\"\(y + 19)\">\(HTMLText.escaped(HTMLText.shortened(bar.label, to: 40)))</text>"
                    + rectangles.joined()
                    + "<text class=\"value\" x=\"\(number(x + 8))\" y=\"\(y + 19)\">\(HTMLText.escaped(bar.text))</text></g>")
        }
        return frame(title, height: bars.count * row + 2, parts)
    }

    private static func rectangle(_ color: String, x: Double, y: Double, width: Double, height: Double) -> String {
        "<rect class=\"\(color)\" x=\"\(number(x))\" y=\"\(number(y))\" width=\"\(number(width))\" height=\"\(number(height))\"/>"
    }

    /// Between two lines of the axis: the least of 1, 2 and 5 times a power of ten of which five reach `maximum`.
    static func niceStep(_ maximum: Int64) -> Int64 {
        var power: Int64 = 1
        while power < 1_000_000_000_000_000_000 {
            for step in [power, 2 * power, 5 * power] where step >= (maximum + 4) / 5 { return step }
            power *= 10
        }
        return power
    }

    /// `07` of `2026-11-07`, without its zero.
    private static func dayNumber(_ date: String) -> String { String(Int(date.suffix(2)) ?? 0) }

    /// To a tenth, without an exponent.
    private static func number(_ value: Double) -> String {
        let tenths = Int64((value * 10).rounded())
        return tenths % 10 == 0 ? "\(tenths / 10)" : "\(tenths / 10).\(abs(tenths % 10))"
    }
}
