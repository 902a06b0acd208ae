/// A zone's rule for the years after the last its file lists, as a POSIX `TZ` text with RFC 9636's extensions: `CET-1CEST,M3.5.0,M10.5.0/3`.
struct PosixZone: Hashable, Sendable {
    /// A day of each year, and seconds after its midnight, -167 to 167 hours.
    enum Day: Hashable, Sendable {
        /// 1 to 365, without 29 February.
        case julian(Int)
        /// 0 to 365, with it.
        case ordinal(Int)
        /// Month, week (5: the last), weekday (0: Sunday).
        case weekday(Int, Int, Int)
    }

    struct Change: Hashable, Sendable {
        let day: Day
        let seconds: Int
    }

    struct Summer: Hashable, Sendable {
        let offset: Int
        let start: Change
        let end: Change
    }

    let standard: Int
    let summer: Summer?

    func offset(at seconds: Int64) -> Int {
        guard let summer else { return standard }
        let year = UTCTime(milliseconds: (seconds + Int64(standard)) * 1000).year
        let start = summer.start.seconds(in: year) - Int64(standard)
        let end = summer.end.seconds(in: year) - Int64(summer.offset)
        // South of the equator summer goes over the end of the year.
        let isSummer = start < end ? (start..<end).contains(seconds) : !(end..<start).contains(seconds)
        return isSummer ? summer.offset : standard
    }
}

extension PosixZone.Change {
    /// Since 1970, on the clock that is put forward or back.
    fileprivate func seconds(in year: Int) -> Int64 {
        func midnight(_ month: Int, _ day: Int) -> Int64 { UTCTime.milliseconds(year: year, month: month, day: day) / 1000 }
        let isLeap = midnight(3, 1) - midnight(2, 28) == 2 * 86_400
        let start: Int64
        switch day {
        case .julian(let day): start = midnight(1, 1) + Int64(isLeap && day >= 60 ? day : day - 1) * 86_400
        case .ordinal(let day): start = midnight(1, 1) + Int64(day) * 86_400
        case .weekday(let month, let week, let weekday):
            let first = midnight(month, 1)
            let next = month == 12 ? midnight(12, 31) + 86_400 : midnight(month + 1, 1)
            // 1970 began on a Thursday, and Sunday is 0.
            let firstWeekday = Int((first / 86_400 % 7 + 7 + 4) % 7)
            var day = first + Int64((weekday - firstWeekday + 7) % 7 + (week - 1) * 7) * 86_400
            while day >= next { day -= 7 * 86_400 }
            start = day
        }
        return start + Int64(seconds)
    }
}

extension PosixZone {
    /// - Returns: nil for what is no such text. Its offsets are positive west of Greenwich; ours are positive east of it.
    init?(parsing text: String) {
        var scanner = Scanner(text: text)
        guard scanner.name(), let standard = scanner.time(hours: 24) else { return nil }
        self.standard = -standard
        guard !scanner.isAtEnd else {
            summer = nil
            return
        }
        guard scanner.name() else { return nil }
        var offset = 3600 - standard
        if !scanner.isNext(",") {
            guard let given = scanner.time(hours: 24) else { return nil }
            offset = -given
        }
        guard let start = scanner.change(), let end = scanner.change(), scanner.isAtEnd else { return nil }
        summer = Summer(offset: offset, start: start, end: end)
    }

    private struct Scanner {
        private var rest: Substring.UTF8View

        init(text: String) { rest = Substring(text).utf8 }

        var isAtEnd: Bool { rest.isEmpty }
        func isNext(_ sign: Unicode.Scalar) -> Bool { rest.first == UInt8(ascii: sign) }

        mutating func skip(_ sign: Unicode.Scalar) -> Bool {
            guard isNext(sign) else { return false }
            rest = rest.dropFirst()
            return true
        }

        /// `CET`, or `<+0330>`.
        mutating func name() -> Bool {
            if skip("<") {
                rest = rest.drop { $0 != UInt8(ascii: ">") }
                return skip(">")
            }
            let letters = rest.prefix { (65...90).contains($0 & 0xDF) }
            rest = rest.dropFirst(letters.count)
            return letters.count >= 3
        }

        mutating func number(_ range: ClosedRange<Int>) -> Int? {
            let digits = rest.prefix { (48...57).contains($0) }
            guard let number = Int(String(decoding: digits, as: UTF8.self)), range.contains(number) else { return nil }
            rest = rest.dropFirst(digits.count)
            return number
        }

        /// `-3:30` in seconds.
        mutating func time(hours: Int) -> Int? {
            let sign = skip("-") ? -1 : 1
            if sign == 1 { _ = skip("+") }
            guard let hour = number(0...hours) else { return nil }
            var seconds = hour * 3600
            for unit in [60, 1] where isNext(":") {
                _ = skip(":")
                guard let part = number(0...59) else { return nil }
                seconds += part * unit
            }
            return sign * seconds
        }

        /// `,M3.5.0/2`
        mutating func change() -> Change? {
            guard skip(","), let day = day() else { return nil }
            guard skip("/") else { return Change(day: day, seconds: 7200) }
            return time(hours: 167).map { Change(day: day, seconds: $0) }
        }

        private mutating func day() -> Day? {
            if skip("J") { return number(1...365).map(Day.julian) }
            guard skip("M") else { return number(0...365).map(Day.ordinal) }
            guard let month = number(1...12), skip("."), let week = number(1...5), skip("."), let weekday = number(0...6) else {
                return nil
            }
            return .weekday(month, week, weekday)
        }
    }
}
