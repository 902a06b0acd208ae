/// When a binding may be used: windows of the week on a wall clock, such as `mon-fri 06:00-22:00` or `sat 22:00-02:00`.
///
/// A window belongs to the day on which it begins, and ends on the next where its end is not after its beginning.
public struct OpenHours: Hashable, Sendable, CustomStringConvertible {
    static let days = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
    static let form = "DAYS HH:MM-HH:MM, with DAYS as daily, mon, mon-fri or sat,sun"
    /// Seconds.
    private static let week = 7 * 86_400

    struct FormError: Error { let why: String }

    struct Window: Hashable, Sendable {
        let text: String
        /// Minutes of the week, from Monday 00:00, at which it begins.
        let starts: [Int]
        /// Minutes, 1 to 1,440.
        let length: Int
    }

    let windows: [Window]

    /// As in the policy, with commas between: `mon-fri 06:00-22:00, sat 08:00-12:00`.
    public var description: String { windows.map(\.text).joined(separator: ", ") }

    /// Whether it is open at a moment.
    /// - Parameter seconds: since 1970.
    public func isOpen(at seconds: Int64, in zone: TimeZoneRules) -> Bool {
        let now = Self.secondOfWeek(seconds, zone)
        return windows.contains { window in
            window.starts.contains { Self.modulo(now - $0 * 60, Self.week) < window.length * 60 }
        }
    }

    /// When it opens next.
    /// - Parameter seconds: since 1970; a moment at which it is closed.
    /// - Returns: seconds since 1970; nil when it does not within eight days, as where the only window is in an hour that is skipped.
    public func nextOpening(after seconds: Int64, in zone: TimeZoneRules) -> Int64? {
        let latest = seconds + 8 * 86_400
        var time = seconds
        while time <= latest {
            let now = Self.secondOfWeek(time, zone)
            guard let wait = windows.flatMap(\.starts).map({ Self.modulo($0 * 60 - now, Self.week) }).min() else { return nil }
            let opening = time + Int64(wait)
            // A clock that is put forward or back before then may pass into a window, or past one.
            guard let change = Self.change(after: time, until: opening, zone) else { return opening <= latest ? opening : nil }
            if isOpen(at: change, in: zone) { return change <= latest ? change : nil }
            time = change
        }
        return nil
    }

    /// The first moment after `start` at which the zone's clock is put forward or back.
    private static func change(after start: Int64, until end: Int64, _ zone: TimeZoneRules) -> Int64? {
        var low = start
        while low < end {
            var high = min(low + 1800, end)
            if zone.offset(at: low) == zone.offset(at: high) {
                low = high
                continue
            }
            while high - low > 1 {
                let middle = (low + high) / 2
                if zone.offset(at: middle) == zone.offset(at: low) { low = middle } else { high = middle }
            }
            return high
        }
        return nil
    }

    /// From Monday 00:00 on the zone's clock.
    private static func secondOfWeek(_ seconds: Int64, _ zone: TimeZoneRules) -> Int {
        let local = seconds + Int64(zone.offset(at: seconds))
        // 1970 began on a Thursday.
        return Int(modulo(local + 3 * 86_400, Int64(week)))
    }

    private static func modulo<Number: BinaryInteger>(_ value: Number, _ divisor: Number) -> Number {
        let rest = value % divisor
        return rest < 0 ? rest + divisor : rest
    }
}

extension OpenHours.Window {
    init(parsing text: String) throws(OpenHours.FormError) {
        let parts = text.split(separator: " ", omittingEmptySubsequences: false)
        guard parts.count == 2 else { throw OpenHours.FormError(why: "it is written \(OpenHours.form)") }
        let times = parts[1].split(separator: "-", omittingEmptySubsequences: false)
        guard times.count == 2, let from = Self.minute(times[0]), let until = Self.minute(times[1]), from < 1440 else {
            throw OpenHours.FormError(why: "'\(parts[1])' is not HH:MM-HH:MM, from 00:00 to 24:00")
        }
        guard from != until else {
            throw OpenHours.FormError(why: "it ends when it begins; the whole day is 00:00-24:00")
        }
        self.text = text
        length = until > from ? until - from : until + 1440 - from
        starts = try Self.days(parts[0]).map { $0 * 1440 + from }
    }

    /// `06:30` in minutes.
    private static func minute(_ text: Substring) -> Int? {
        let digits = Array(text.utf8)
        guard digits.count == 5, digits[2] == UInt8(ascii: ":"), let hour = Int(text.prefix(2)), let minute = Int(text.suffix(2)),
            digits.allSatisfy({ (48...58).contains($0) }), minute < 60, hour * 60 + minute <= 1440
        else { return nil }
        return hour * 60 + minute
    }

    private static func days(_ text: Substring) throws(OpenHours.FormError) -> [Int] {
        if text == "daily" { return Array(0..<7) }
        var days: Set<Int> = []
        for part in text.split(separator: ",", omittingEmptySubsequences: false) {
            let ends = part.split(separator: "-", omittingEmptySubsequences: false).map(String.init)
            guard ends.count <= 2, let first = ends.first.flatMap(OpenHours.days.firstIndex),
                let last = OpenHours.days.firstIndex(of: ends[ends.count - 1])
            else {
                throw OpenHours.FormError(why: "'\(part)' is no day; there are \(OpenHours.days.joined(separator: ", ")), and daily")
            }
            // fri-mon goes over the end of the week.
            for day in first...(last < first ? last + 7 : last) { days.insert(day % 7) }
        }
        return days.sorted()
    }
}
