import HoldfastCore

/// How many requests may wait for one model.
public struct QueueBounds: Sendable, Equatable {
    /// Of one priority: a flood of one class does not fill another's queue.
    public var perPriority: Int
    /// Of one priority, by one tenant: a flood of one does not keep the others out.
    public var perTenant: Int

    public init(perPriority: Int = 64, perTenant: Int = 32) {
        self.perPriority = perPriority
        self.perTenant = perTenant
    }
}

/// Counts those who wait, and refuses whoever would be too many.
struct QueueCounts: Sendable {
    private let bounds: QueueBounds
    private var byPriority: [RequestPriority: Int] = [:]
    private var byTenant: [RequestPriority: [String: Int]] = [:]

    init(_ bounds: QueueBounds) { self.bounds = bounds }

    var total: Int { byPriority.values.reduce(0, +) }
    func waiting(_ priority: RequestPriority) -> Int { byPriority[priority] ?? 0 }
    func waiting(_ priority: RequestPriority, of tenant: String) -> Int { byTenant[priority]?[tenant] ?? 0 }

    /// - Parameter retryAfter: seconds, for whoever is refused.
    /// - Throws: ``HoldfastError`` `queue_full`; nothing was counted then.
    mutating func enter(_ tenant: String, _ priority: RequestPriority, retryAfter: Int) throws {
        guard waiting(priority, of: tenant) < bounds.perTenant else {
            throw HoldfastError(
                .queueFull, "\(bounds.perTenant) of your \(priority.rawValue) requests wait for this model already.",
                hint: "wait for answers before asking more, or try again later", retryAfter: retryAfter)
        }
        guard waiting(priority) < bounds.perPriority else {
            throw HoldfastError(
                .queueFull, "The model is busy: \(bounds.perPriority) \(priority.rawValue) requests wait for it already.",
                hint: "try again, or see: holdfast ps", retryAfter: retryAfter)
        }
        byPriority[priority, default: 0] += 1
        byTenant[priority, default: [:]][tenant, default: 0] += 1
    }

    mutating func leave(_ tenant: String, _ priority: RequestPriority) {
        byPriority[priority, default: 0] -= 1
        let left = waiting(priority, of: tenant) - 1
        byTenant[priority, default: [:]][tenant] = left > 0 ? left : nil
    }
}
