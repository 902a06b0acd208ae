/// What the retention makes of the time: entries from before the cutoff may go.
struct RetentionClock: Sendable {
    private static let day: Int64 = 86_400_000

    /// 0 for no retention.
    let days: Int64
    private var last: ContinuousClock.Instant?

    init(days: Int64) {
        self.days = days
    }

    /// - Returns: milliseconds since the last call; nil the first time.
    mutating func elapsed() -> Int64? {
        let instant = ContinuousClock.now
        defer { last = instant }
        return last.map { Int64($0.duration(to: instant) / .milliseconds(1)) }
    }

    /// - Parameter time: milliseconds since 1970, as far as it can be trusted.
    func cutoff(at time: Int64) -> Int64 { time - days * Self.day }
}
