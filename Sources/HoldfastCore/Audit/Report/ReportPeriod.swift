/// The time a report is about. Always in UTC: two nodes' reports of one month are about the same month.
public struct ReportPeriod: Sendable, Hashable {
    /// `2026-11`
    public let label: String
    /// Since 1970; the end is not part of it.
    public let milliseconds: Range<Int64>

    /// A calendar month.
    /// - Parameter month: `2026-11`.
    /// - Throws: ``HoldfastError`` `invalid_request`.
    public init(month: String) throws {
        let parts = month.utf8.split(separator: UInt8(ascii: "-"), omittingEmptySubsequences: false)
        guard parts.count == 2, parts[0].count == 4, parts[1].count == 2,
            let year = Self.number(parts[0]), let number = Self.number(parts[1]), year >= 1970, (1...12).contains(number)
        else {
            throw HoldfastError(
                .invalidRequest, "'\(month.prefix(40))' is not a month: write a year and a month, such as 2026-11.",
                hint: "holdfast audit report --period 2026-11")
        }
        label = month
        let next = number == 12 ? (year + 1, 1) : (year, number + 1)
        milliseconds =
            UTCTime.milliseconds(year: year, month: number, day: 1)..<UTCTime.milliseconds(year: next.0, month: next.1, day: 1)
    }

    /// The month a moment lies in.
    public init(containing milliseconds: Int64) {
        let time = UTCTime(milliseconds: milliseconds)
        let next = time.month == 12 ? (time.year + 1, 1) : (time.year, time.month + 1)
        label = "\(UTCTime.padded(time.year, 4))-\(UTCTime.padded(time.month, 2))"
        self.milliseconds =
            UTCTime.milliseconds(year: time.year, month: time.month, day: 1)..<UTCTime.milliseconds(year: next.0, month: next.1, day: 1)
    }

    /// `November 2026`
    public var title: String {
        let time = UTCTime(milliseconds: milliseconds.lowerBound)
        return "\(Self.names[time.month - 1]) \(time.year)"
    }

    public var days: Int { Int((milliseconds.upperBound - milliseconds.lowerBound) / UTCTime.millisecondsPerDay) }

    /// Which day of the period, from 0.
    func day(of time: Int64) -> Int { Int((time - milliseconds.lowerBound) / UTCTime.millisecondsPerDay) }

    private static func number(_ digits: Substring.UTF8View) -> Int? {
        digits.reduce(0) { sum, digit in
            guard let sum, (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(digit) else { return nil }
            return sum * 10 + Int(digit - UInt8(ascii: "0"))
        }
    }

    private static let names = [
        "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December",
    ]
}
