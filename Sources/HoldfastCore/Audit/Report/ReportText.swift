/// Figures and times as a report writes them; the same in Markdown and in HTML.
enum ReportText {
    static func time(_ milliseconds: Int64) -> String { UTCTime(milliseconds: milliseconds).text + " UTC" }
    /// For columns whose title says UTC.
    static func cell(_ milliseconds: Int64) -> String { UTCTime(milliseconds: milliseconds).text }

    /// `1,234,567`
    static func count(_ number: Int64) -> String {
        var digits: [Character] = []
        for (position, digit) in String(number.magnitude).reversed().enumerated() {
            if position > 0, position.isMultiple(of: 3) { digits.append(",") }
            digits.append(digit)
        }
        return (number < 0 ? "-" : "") + String(digits.reversed())
    }

    static func count(_ number: Int) -> String { count(Int64(number)) }

    /// For axes: `950`, `1.2 k`, `34 M`.
    static func short(_ number: Int64) -> String {
        for (size, unit) in [(Int64(1_000_000_000), "G"), (1_000_000, "M"), (1000, "k")] where number >= size {
            let tenths = number / (size / 10)
            return tenths >= 100 || tenths % 10 == 0 ? "\(tenths / 10) \(unit)" : "\(tenths / 10).\(tenths % 10) \(unit)"
        }
        return String(number)
    }

    static func share(_ part: Int64, of whole: Int64) -> String {
        guard whole > 0 else { return "–" }
        let tenths = (Double(part) / Double(whole) * 1000).rounded()
        if part > 0, tenths == 0 { return "< 0.1 %" }
        return "\(Int64(tenths) / 10).\(Int64(tenths) % 10) %"
    }

    static func duration(milliseconds: Int64) -> String {
        let seconds = milliseconds / 1000
        switch seconds {
        case ..<120: return "\(seconds) s"
        case ..<7200: return "\(seconds / 60) min"
        case ..<172_800: return "\(seconds / 3600) h"
        default: return "\(count(seconds / 86_400)) days"
        }
    }

    static func plural(_ number: Int64, _ noun: String) -> String { "\(count(number)) \(noun)\(number == 1 ? "" : "s")" }
}
