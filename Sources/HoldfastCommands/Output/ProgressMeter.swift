/// How far a piece of work is: says nothing in its first second, then a line with share, rate and time left.
///
/// Time is given by the caller, as a duration since the start, so that tests need no clock.
struct ProgressMeter {
    enum Unit {
        case bytes
        case records

        func text(_ count: Int64) -> String {
            switch self {
            case .bytes: Human.bytes(count)
            case .records: Human.count(count, "record")
            }
        }
    }

    private let label: String
    private let unit: Unit
    private let interval: Duration
    private var last: Duration?

    /// - Parameter interval: the least time between two lines.
    init(_ label: String, in unit: Unit = .bytes, interval: Duration) {
        self.label = label
        self.unit = unit
        self.interval = interval
    }

    /// - Returns: the line to show, or nil when none is due.
    mutating func line(done: Int64, total: Int64, at elapsed: Duration) -> String? {
        guard done > 0, elapsed >= .seconds(1), last.map({ elapsed - $0 >= interval }) ?? true else { return nil }
        last = elapsed
        let seconds = Double(elapsed.components.seconds) + Double(elapsed.components.attoseconds) / 1e18
        let rate = Double(done) / seconds
        let share = total > 0 ? min(100, Int(Double(done) / Double(total) * 100)) : 100
        var text = "\(label)  \(share) %  \(unit.text(done)) of \(unit.text(total))  \(unit.text(Int64(rate)))/s"
        if rate >= 1, done < total {
            text += "  \(Human.duration(seconds: Int64((Double(total - done) / rate).rounded(.up)))) left"
        }
        return text
    }
}
