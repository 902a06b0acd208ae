/// Whether an engine still gets anywhere: a deadline that moves with every sign of progress.
struct ProgressWatch {
    private var signs: [UInt64?] = []
    private var lastProgress: Duration
    private let stall: Duration

    init(now: Duration, stall: Duration) {
        self.lastProgress = now
        self.stall = stall
    }

    /// - Parameter signs: any figures that change when work is done.
    /// - Returns: true when none of them has changed for as long as is allowed.
    mutating func isStalled(now: Duration, signs: [UInt64?]) -> Bool {
        if signs != self.signs {
            self.signs = signs
            lastProgress = now
        }
        return now - lastProgress >= stall
    }
}
