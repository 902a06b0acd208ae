import Glibc

/// Times of the node, in the time zone of whoever reads.
enum LocalTime {
    /// `2026-11-24 06:44:22` of milliseconds since 1970.
    static func text(_ milliseconds: Int64) -> String {
        var seconds = time_t(milliseconds / 1000)
        var parts = tm()
        guard localtime_r(&seconds, &parts) != nil else { return "\(milliseconds)" }
        return withUnsafeTemporaryAllocation(of: CChar.self, capacity: 64) { buffer in
            guard let base = buffer.baseAddress, strftime(base, buffer.count, "%Y-%m-%d %H:%M:%S", &parts) > 0 else {
                return "\(milliseconds)"
            }
            return String(cString: base)
        }
    }

    /// Milliseconds since 1970 by the wall clock.
    static func now() -> Int64 {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return Int64(time.tv_sec) * 1000 + Int64(time.tv_nsec) / 1_000_000
    }

    /// `3 m 05 s ago`.
    static func age(of milliseconds: Int64, now: Int64) -> String {
        "\(Human.duration(seconds: max(0, now - milliseconds) / 1000)) ago"
    }
}
