/// Numbers as people read them.
enum Human {
    /// `512 B`, `1.5 KiB`, `352.0 MiB`, `4.0 GiB`.
    static func bytes(_ count: Int64) -> String {
        let units = ["KiB", "MiB", "GiB", "TiB", "PiB", "EiB"]
        guard count >= 1024 else { return "\(count) B" }
        var value = Double(count) / 1024
        var unit = 0
        // 1023.95 would be shown as 1024.0.
        while value >= 1023.95, unit < units.count - 1 {
            value /= 1024
            unit += 1
        }
        return "\(tenths(value)) \(units[unit])"
    }

    /// `134.5 M`, `1.2 B`: parameters of a model.
    static func parameters(_ count: UInt64) -> String {
        switch count {
        case ..<1_000: "\(count)"
        case ..<999_950: "\(tenths(Double(count) / 1e3)) K"
        case ..<999_950_000: "\(tenths(Double(count) / 1e6)) M"
        default: "\(tenths(Double(count) / 1e9)) B"
        }
    }

    /// `850 µs`, `12 ms`, `3.4 s`, `2 m 05 s`, `1 h 03 m`, `4 d 02 h`.
    static func duration(microseconds: Int64) -> String {
        switch microseconds {
        case ..<1_000: return "\(max(0, microseconds)) µs"
        case ..<999_500: return "\((microseconds + 500) / 1_000) ms"
        case ..<59_950_000: return "\(tenths(Double(microseconds) / 1e6)) s"
        default: return duration(seconds: (microseconds + 500_000) / 1_000_000)
        }
    }

    static func duration(seconds: Int64) -> String {
        switch seconds {
        case ..<60: "\(max(0, seconds)) s"
        case ..<3600: "\(seconds / 60) m \(twoDigits(seconds % 60)) s"
        case ..<86_400: "\(seconds / 3600) h \(twoDigits(seconds % 3600 / 60)) m"
        default: "\(seconds / 86_400) d \(twoDigits(seconds % 86_400 / 3600)) h"
        }
    }

    /// `1 file`, `2 files`.
    static func count(_ number: some BinaryInteger, _ noun: String) -> String { "\(number) \(noun)\(number == 1 ? "" : "s")" }

    private static func tenths(_ value: Double) -> String {
        let scaled = Int64((value * 10).rounded())
        return "\(scaled / 10).\(scaled % 10)"
    }

    private static func twoDigits(_ number: Int64) -> String { number < 10 ? "0\(number)" : "\(number)" }
}
