/// What each tenant has had of the engine, in units of work: the next turn is the one's who had least.
///
/// This is start-time fair queueing with costs settled afterwards (as the "virtual token counter" of Sheng et al., OSDI 2024): equal shares for
/// all who want something, and no credit for the time in which somebody wanted nothing.
struct TenantAccounts: Sendable {
    private var used: [String: Double] = [:]
    private var active: [String: Int] = [:]
    /// Nobody who begins to want something starts below this.
    private var floor = 0.0

    func used(by tenant: String) -> Double { used[tenant] ?? floor }

    /// The tenant has one more request waiting or running.
    mutating func enter(_ tenant: String) {
        if active[tenant] == nil { used[tenant] = max(used(by: tenant), floor) }
        active[tenant, default: 0] += 1
    }

    /// One is over, or was given up.
    mutating func leave(_ tenant: String) {
        let left = (active[tenant] ?? 0) - 1
        active[tenant] = left > 0 ? left : nil
        if active.isEmpty {
            // Nobody is owed anything: all begin anew, and nothing is kept for who may never come back.
            used = [:]
            floor = 0
        } else {
            used = used.filter { active[$0.key] != nil || $0.value > floor }
        }
    }

    /// A turn is given. What it costs is not known yet.
    mutating func charge(_ tenant: String, _ cost: Double) {
        floor = max(floor, used(by: tenant))
        used[tenant] = used(by: tenant) + cost
    }

    /// What was charged turned out to be `difference` more or less.
    mutating func settle(_ tenant: String, _ difference: Double) {
        guard used[tenant] != nil else { return }
        used[tenant] = max(0, used(by: tenant) + difference)
    }
}
