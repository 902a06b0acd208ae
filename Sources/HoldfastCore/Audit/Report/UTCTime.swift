/// A moment in the proleptic Gregorian calendar, in UTC, to the millisecond: all that a report needs of a calendar.
package struct UTCTime: Sendable, Hashable {
    static let millisecondsPerDay: Int64 = 86_400_000

    let year: Int
    let month: Int
    let day: Int
    /// Within the day.
    let milliseconds: Int64

    /// The civil-from-days algorithm of Howard Hinnant, "chrono-compatible low-level date algorithms".
    /// - Parameter milliseconds: since 1970; what lies beyond 250,000 years is held at that.
    package init(milliseconds: Int64) {
        let bounded = min(max(milliseconds, -7_889_400_000_000_000), 7_889_400_000_000_000)
        let days = (Double(bounded) / Double(Self.millisecondsPerDay)).rounded(.down)
        let shifted = Int64(days) + 719_468
        let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
        let dayOfEra = shifted - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let shiftedMonth = (5 * dayOfYear + 2) / 153
        day = Int(dayOfYear - (153 * shiftedMonth + 2) / 5 + 1)
        month = Int(shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9)
        year = Int(yearOfEra + era * 400) + (month <= 2 ? 1 : 0)
        self.milliseconds = bounded - Int64(days) * Self.millisecondsPerDay
    }

    /// Milliseconds since 1970 of a day's beginning.
    static func milliseconds(year: Int, month: Int, day: Int) -> Int64 {
        let shiftedYear = month <= 2 ? year - 1 : year
        let era = (shiftedYear >= 0 ? shiftedYear : shiftedYear - 399) / 400
        let yearOfEra = shiftedYear - era * 400
        let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
        let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
        return Int64(era * 146_097 + dayOfEra - 719_468) * millisecondsPerDay
    }

    /// `2026-11-24`
    var date: String { "\(Self.padded(year, 4))-\(Self.padded(month, 2))-\(Self.padded(day, 2))" }

    /// `2026-11-24 07:18:24`
    package var text: String {
        let seconds = Int(milliseconds / 1000)
        return "\(date) \(Self.padded(seconds / 3600, 2)):\(Self.padded(seconds / 60 % 60, 2)):\(Self.padded(seconds % 60, 2))"
    }

    /// `2026-11-24T07:18:24.123Z`
    var iso8601: String {
        text.split(separator: " ").joined(separator: "T") + "." + Self.padded(Int(milliseconds % 1000), 3) + "Z"
    }

    static func padded(_ number: Int, _ width: Int) -> String {
        let digits = String(number.magnitude)
        return (number < 0 ? "-" : "") + String(repeating: "0", count: max(0, width - digits.count)) + digits
    }
}
