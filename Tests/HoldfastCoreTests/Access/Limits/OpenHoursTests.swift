import Foundation
import HoldfastTestSupport
import Testing

@testable import HoldfastCore

@Suite("Hours of a binding")
struct OpenHoursTests {
    static func zone(_ name: String) throws -> TimeZoneRules {
        let bytes = try Data(contentsOf: URL(filePath: "/usr/share/zoneinfo/\(name)"))
        return try #require(TimeZoneRules(name: name, file: Array(bytes)))
    }

    private static func hours(_ windows: String...) throws -> OpenHours { OpenHours(windows: try windows.map(OpenHours.Window.init)) }

    /// `2026-03-29T01:30:00Z`
    private static func time(_ text: String) throws -> Int64 {
        Int64(try #require(ISO8601DateFormatter().date(from: text)).timeIntervalSince1970)
    }

    @Test(
        "Windows open and close on the minute, and belong to the day they begin on",
        arguments: [
            // 2026-11-23 is a Monday.
            ("2026-11-23T05:59:59Z", false), ("2026-11-23T06:00:00Z", true), ("2026-11-23T21:59:59Z", true),
            ("2026-11-23T22:00:00Z", false),
            ("2026-11-27T12:00:00Z", true), ("2026-11-28T12:00:00Z", false), ("2026-11-28T22:00:00Z", true),
            ("2026-11-29T01:59:59Z", true), ("2026-11-29T02:00:00Z", false), ("2026-11-29T22:30:00Z", false),
        ])
    func windows(moment: String, open: Bool) throws {
        let hours = try Self.hours("mon-fri 06:00-22:00", "sat 22:00-02:00")
        #expect(try hours.isOpen(at: Self.time(moment), in: .utc) == open)
    }

    @Test("A window over midnight on Sunday goes on in the next week, and days may go over the week's end")
    func week() throws {
        let night = try Self.hours("sun 22:00-06:00")
        #expect(try night.isOpen(at: Self.time("2026-11-30T05:59:00Z"), in: .utc))
        #expect(try !night.isOpen(at: Self.time("2026-11-24T05:59:00Z"), in: .utc))
        let days = try Self.hours("fri-mon 00:00-24:00")
        let open = try (23...29).map { try days.isOpen(at: Self.time("2026-11-\($0)T12:00:00Z"), in: .utc) }
        #expect(open == [true, false, false, false, true, true, true])
    }

    @Test("The clock of the zone counts, on both sides of summer time")
    func summerTime() throws {
        let berlin = try Self.zone("Europe/Berlin")
        let hours = try Self.hours("daily 06:00-22:00")
        #expect(try hours.isOpen(at: Self.time("2026-03-28T05:00:00Z"), in: berlin))
        #expect(try !hours.isOpen(at: Self.time("2026-03-28T04:30:00Z"), in: berlin))
        #expect(try hours.isOpen(at: Self.time("2026-03-29T04:30:00Z"), in: berlin))
        #expect(try hours.nextOpening(after: Self.time("2026-03-28T22:00:00Z"), in: berlin) == Self.time("2026-03-29T04:00:00Z"))
        #expect(try hours.nextOpening(after: Self.time("2026-10-24T21:00:00Z"), in: berlin) == Self.time("2026-10-25T05:00:00Z"))
        // 02:00 to 03:00 does not exist on that night: the window begins when the clock is past it.
        let gap = try Self.hours("sun 02:15-02:45", "sun 02:30-05:00")
        #expect(try gap.nextOpening(after: Self.time("2026-03-29T00:30:00Z"), in: berlin) == Self.time("2026-03-29T01:00:00Z"))
        // And in autumn it is there twice.
        let twice = try Self.hours("sun 02:00-02:30")
        #expect(try twice.isOpen(at: Self.time("2026-10-25T00:10:00Z"), in: berlin))
        #expect(try twice.nextOpening(after: Self.time("2026-10-25T00:40:00Z"), in: berlin) == Self.time("2026-10-25T01:00:00Z"))
    }

    @Test("The next opening is the first moment at which it is open, for any hours, zone and moment")
    func nextOpening() throws {
        var random = SplitMix64(seed: Campaign.seed)
        let zones = try ["Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu"].map(Self.zone) + [.utc]
        for _ in 0..<Campaign.trials(short: 200, long: 20_000) {
            let day = try #require(OpenHours.days.randomElement(using: &random))
            let from = Int.random(in: 0..<1440, using: &random)
            let length = Int.random(in: 1...1440, using: &random)
            func clock(_ minute: Int) -> String { String(format: "%02d:%02d", minute / 60, minute % 60) }
            let until = (from + length) % 1440
            let hours = try Self.hours("\(day) \(clock(from))-\(clock(until == from ? (until + 1) % 1440 : until))")
            let zone = try #require(zones.randomElement(using: &random))
            // Around changes of the clock, where it is hard.
            let base = try Self.time(
                ["2026-03-29T01:00:00Z", "2026-10-25T01:00:00Z", "2026-03-08T07:00:00Z", "2026-04-04T15:00:00Z"]
                    .randomElement(using: &random)!)
            let moment = base + Int64.random(in: -200_000...200_000, using: &random)
            guard !hours.isOpen(at: moment, in: zone) else { continue }
            var first = moment - moment % 60 + 60
            while !hours.isOpen(at: first, in: zone) { first += 60 }
            // A window within the hour that is skipped comes a week later.
            let found = hours.nextOpening(after: moment, in: zone)
            #expect(found == (first <= moment + 8 * 86_400 ? first : nil), "\(hours) \(zone.name) \(moment)")
        }
    }

    @Test(
        "What is no window is refused",
        arguments: [
            "", "mon", "06:00-22:00", "mon 6:00-22:00", "mon 06:00-25:00", "mon 24:00-06:00", "mon 06:00-06:00", "mon 06:60-07:00",
            "mon-fri-sat 06:00-07:00", "monday 06:00-07:00", "mon 06:00–07:00", "mon  06:00-07:00", "mon, 06:00-07:00", "mon 06:00-24:01",
            "mon +6:00-07:00",
        ])
    func refused(text: String) {
        #expect(throws: OpenHours.FormError.self) { _ = try OpenHours.Window(parsing: text) }
    }
}
