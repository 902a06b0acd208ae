/// A moment as TUF writes it, to the second, in UTC: `2026-11-24T13:05:00Z` (§4.2.3).
public struct TUFTime: Hashable, Comparable, Sendable, CustomStringConvertible {
    /// Since 1970.
    public let seconds: Int64

    public init(seconds: Int64) { self.seconds = seconds }

    /// - Returns: nil for any other spelling, and for a day that no month has.
    public init?(_ text: String) {
        let bytes = Array(text.utf8)
        let template = Array("dddd-dd-ddTdd:dd:ddZ".utf8)
        guard bytes.count == template.count else { return nil }
        var numbers: [Int] = [0]
        for (byte, wanted) in zip(bytes, template) {
            if wanted == UInt8(ascii: "d") {
                guard (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) else { return nil }
                numbers[numbers.count - 1] = numbers[numbers.count - 1] * 10 + Int(byte - UInt8(ascii: "0"))
            } else {
                guard byte == wanted else { return nil }
                numbers.append(0)
            }
        }
        guard (1...12).contains(numbers[1]), numbers[3] < 24, numbers[4] < 60, numbers[5] < 60 else { return nil }
        let start = UTCTime.milliseconds(year: numbers[0], month: numbers[1], day: numbers[2])
        // The calendar carries the 31st of February over into March.
        guard UTCTime(milliseconds: start).day == numbers[2] else { return nil }
        seconds = start / 1000 + Int64(numbers[3] * 3600 + numbers[4] * 60 + numbers[5])
    }

    public var description: String {
        UTCTime(milliseconds: seconds * 1000).text.split(separator: " ").joined(separator: "T") + "Z"
    }

    public func adding(days: Int) -> TUFTime { TUFTime(seconds: seconds + Int64(days) * 86_400) }

    public static func < (left: TUFTime, right: TUFTime) -> Bool { left.seconds < right.seconds }
}
