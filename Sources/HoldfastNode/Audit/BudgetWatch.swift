import HoldfastStore

/// What the budget says about a number of bytes.
struct BudgetWatch: Sendable {
    static let warnings: [Int64] = [80, 90, 95]
    /// Sealing begins at the whole budget and goes down to this.
    private static let target: Int64 = 90
    /// A warning comes again once the use has been this much below it.
    private static let slack: Int64 = 5

    let budget: Int64
    private var warned: Int64 = 0

    init(budget: Int64) {
        self.budget = budget
    }

    /// - Returns: the highest of the warnings that was newly reached, in hundredths of the budget.
    mutating func crossed(_ bytes: Int64) -> Int64? {
        let percent = bytes / max(1, budget / 100)
        let reached = Self.warnings.last { $0 <= percent } ?? 0
        if percent < warned - Self.slack { warned = reached }
        guard reached > warned else { return nil }
        warned = reached
        return reached
    }

    /// - Returns: how many of the oldest records are to be sealed.
    func recordsToSeal(_ usage: AuditUsage) -> Int64 {
        guard usage.bytes >= budget, usage.records > 0 else { return 0 }
        let excess = usage.bytes - budget / 100 * Self.target
        let each = max(1, usage.bytes / usage.records)
        return (excess + each - 1) / each
    }
}
