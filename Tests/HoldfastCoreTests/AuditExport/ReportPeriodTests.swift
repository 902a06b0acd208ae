import Testing

@testable import HoldfastCore

@Suite("Months and moments of a report")
struct ReportPeriodTests {
    @Test(
        "months have their days",
        arguments: [
            ("2026-11", 30, "November 2026"), ("2024-02", 29, "February 2024"), ("2100-02", 28, "February 2100"),
            ("2026-12", 31, "December 2026"),
        ])
    func months(month: String, days: Int, title: String) throws {
        let period = try ReportPeriod(month: month)
        #expect(period.days == days)
        #expect(period.title == title)
        #expect(ReportPeriod(containing: period.milliseconds.lowerBound) == period)
        #expect(ReportPeriod(containing: period.milliseconds.upperBound - 1) == period)
        #expect(ReportPeriod(containing: period.milliseconds.upperBound) != period)
    }

    @Test(
        "what is no month is refused",
        arguments: ["", "2026", "2026-13", "2026-00", "26-11", "2026-1", "2026-11-01", "+026-11", "2026-1a", "1969-12"])
    func refused(text: String) {
        #expect(throws: HoldfastError.self) { try ReportPeriod(month: text) }
    }

    @Test(
        "moments are read as calendars write them",
        arguments: [
            (0, "1970-01-01T00:00:00.000Z"), (1_790_812_800_123, "2026-10-01T00:00:00.123Z"), (951_782_399_999, "2000-02-28T23:59:59.999Z"),
            (951_782_400_000, "2000-02-29T00:00:00.000Z"), (-1, "1969-12-31T23:59:59.999Z"),
            (253_402_300_799_999, "9999-12-31T23:59:59.999Z"),
        ] as [(Int64, String)])
    func moments(milliseconds: Int64, text: String) {
        #expect(UTCTime(milliseconds: milliseconds).iso8601 == text)
    }

    @Test("a day and its moment are each other's inverse; no clock stops the report")
    func inverse() {
        for day in stride(from: -800_000 as Int64, to: 800_000, by: 37) {
            let time = UTCTime(milliseconds: day * 86_400_000)
            #expect(UTCTime.milliseconds(year: time.year, month: time.month, day: time.day) == day * 86_400_000)
        }
        _ = UTCTime(milliseconds: .max).text + UTCTime(milliseconds: .min).text
    }

    @Test(
        "axes have at most five lines that reach the highest bar",
        arguments: [0, 1, 4, 5, 6, 11, 99, 248, 1001, 987_654_321, .max / 2] as [Int64])
    func axes(maximum: Int64) {
        let step = SVGChart.niceStep(maximum)
        #expect(step >= 1)
        #expect(step.multipliedReportingOverflow(by: 5).overflow || step * 5 >= maximum)
        #expect(maximum < 10 || step <= maximum)
    }
}
