/// A moment as `--since` and `--until` take it: RFC 3339 (`2026-11-24T06:44:22Z`), or how long ago (`90s`, `30m`, `2h`, `3d`, `1w`).
enum TimeExpression {
    /// - Parameter now: milliseconds since 1970.
    /// - Returns: milliseconds since 1970; nil for text that is neither.
    static func parse(_ text: String, now: Int64) -> Int64? {
        if let ago = duration(text) { return now.subtractingReportingOverflow(ago).partialValue }
        return rfc3339(text)
    }

    /// `90s`, `30m`, `2h`, `3d`, `1w` in milliseconds; nil for anything else.
    static func duration(_ text: String) -> Int64? {
        let units: [Character: Int64] = ["s": 1_000, "m": 60_000, "h": 3_600_000, "d": 86_400_000, "w": 604_800_000]
        guard let last = text.last, let unit = units[last], let count = digits(text.dropLast()) else { return nil }
        let (product, overflow) = count.multipliedReportingOverflow(by: unit)
        return overflow ? nil : product
    }

    /// RFC 3339 §5.6, upper or lower case `T` and `Z`, a space for the `T`; fractions below a millisecond are cut off.
    private static func rfc3339(_ text: String) -> Int64? {
        let characters = Array(text)
        guard characters.count >= 20, characters[4] == "-", characters[7] == "-", "Tt ".contains(characters[10]), characters[13] == ":",
            characters[16] == ":"
        else { return nil }
        func number(_ range: Range<Int>) -> Int64? { digits(String(characters[range])[...]) }
        guard let year = number(0..<4), let month = number(5..<7), let day = number(8..<10), let hour = number(11..<13),
            let minute = number(14..<16), let second = number(17..<19), (1...12).contains(month),
            (1...daysInMonth(month, year)).contains(day), hour < 24, minute < 60, second < 61
        else { return nil }
        var rest = characters[19...]
        var milliseconds: Int64 = 0
        if rest.first == "." {
            let fraction = rest.dropFirst().prefix { $0.isASCII && $0.isNumber }
            guard !fraction.isEmpty, let value = digits(String((fraction + ["0", "0"]).prefix(3))[...]) else { return nil }
            milliseconds = value
            rest = rest.dropFirst(fraction.count + 1)
        }
        guard let offset = offsetMinutes(Array(rest)) else { return nil }
        let minutes = (days(year, month, day) * 24 + hour) * 60 + minute - offset
        return (minutes * 60 + second) * 1000 + milliseconds
    }

    private static func offsetMinutes(_ text: [Character]) -> Int64? {
        if text == ["Z"] || text == ["z"] { return 0 }
        guard text.count == 6, text[0] == "+" || text[0] == "-", text[3] == ":", let hours = digits(String(text[1...2])[...]),
            let minutes = digits(String(text[4...5])[...]), hours < 24, minutes < 60
        else { return nil }
        return (text[0] == "-" ? -1 : 1) * (hours * 60 + minutes)
    }

    private static func digits(_ text: Substring) -> Int64? {
        guard !text.isEmpty, text.utf8.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }) else { return nil }
        return Int64(text)
    }

    private static func daysInMonth(_ month: Int64, _ year: Int64) -> Int64 {
        switch month {
        case 2: year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28
        case 4, 6, 9, 11: 30
        default: 31
        }
    }

    /// Days since 1970 of a date of the Gregorian calendar. The year is counted from March, so that the leap day is its last.
    private static func days(_ year: Int64, _ month: Int64, _ day: Int64) -> Int64 {
        let marchYear = month <= 2 ? year - 1 : year
        let dayOfYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1
        return 365 * marchYear + marchYear / 4 - marchYear / 100 + marchYear / 400 + dayOfYear - 719_468
    }
}
