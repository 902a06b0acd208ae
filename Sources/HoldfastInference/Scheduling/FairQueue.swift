import HoldfastCore

/// Who is next for an engine: the most urgent class first, within it the tenant that had least, and of one tenant the first that came.
///
/// A class that was passed over ``patience`` times is served next, so that no flood starves it: of three classes that always want something,
/// the lower two get a turn in ten each. Turns are counted and not seconds, so the order does not depend on how fast the machine is.
struct FairQueue<Item: Sendable>: Sendable {
    /// How often a class lets a more urgent one go first.
    static var patience: Int { 8 }

    struct Entry: Sendable {
        let item: Item
        let tenant: String
        let priority: RequestPriority
        let cost: Double
        fileprivate let number: UInt64
    }

    private var lines: [RequestPriority: [String: [Entry]]] = [:]
    private var passedOver: [RequestPriority: Int] = [:]
    private var counts: QueueCounts
    private(set) var accounts = TenantAccounts()
    private var next: UInt64 = 0

    init(_ bounds: QueueBounds) { counts = QueueCounts(bounds) }

    var count: Int { counts.total }
    var isEmpty: Bool { counts.total == 0 }
    func waiting(_ priority: RequestPriority) -> Int { counts.waiting(priority) }

    /// - Parameter cost: what it is charged when its turn comes; what it took in the end is told to ``finish(_:difference:)``.
    /// - Throws: ``HoldfastError`` `queue_full`.
    mutating func append(
        _ item: Item, _ tenant: String, _ priority: RequestPriority, cost: Double, retryAfter: Int
    ) throws {
        try counts.enter(tenant, priority, retryAfter: retryAfter)
        accounts.enter(tenant)
        next += 1
        lines[priority, default: [:]][tenant, default: []].append(
            Entry(item: item, tenant: tenant, priority: priority, cost: cost, number: next))
    }

    /// The next in turn; its tenant is charged.
    mutating func take() -> Entry? {
        guard let priority = nextClass(), let line = lines[priority],
            let tenant = line.keys.min(by: { before(line, $0, $1) }), let entry = line[tenant]?.first
        else { return nil }
        remove(entry)
        for lower in RequestPriority.descending where lower < priority && counts.waiting(lower) > 0 { passedOver[lower, default: 0] += 1 }
        passedOver[priority] = 0
        accounts.charge(tenant, entry.cost)
        return entry
    }

    /// Somebody found a free place with nobody waiting.
    mutating func pass(_ tenant: String, cost: Double) {
        accounts.enter(tenant)
        accounts.charge(tenant, cost)
    }

    /// A turn is over; it cost `difference` more or less than it was charged.
    mutating func finish(_ tenant: String, difference: Double) {
        accounts.settle(tenant, difference)
        accounts.leave(tenant)
    }

    /// Takes out who no longer waits.
    mutating func removeAll(where isGone: (Item) -> Bool) {
        for entry in lines.values.flatMap({ $0.values.joined() }) where isGone(entry.item) {
            remove(entry)
            accounts.leave(entry.tenant)
        }
    }

    /// Everybody, in no order; the queue is empty then.
    mutating func removeAll() -> [Item] {
        let items = lines.values.flatMap { $0.values.joined() }.map(\.item)
        removeAll { _ in true }
        return items
    }

    /// Of each that waits, in no order.
    var tenants: [String] { lines.values.flatMap { $0.values.joined() }.map(\.tenant) }

    private func nextClass() -> RequestPriority? {
        let waiting = RequestPriority.descending.filter { counts.waiting($0) > 0 }
        return waiting.first { passedOver[$0, default: 0] >= Self.patience } ?? waiting.first
    }

    private func before(_ line: [String: [Entry]], _ a: String, _ b: String) -> Bool {
        let (first, second) = (accounts.used(by: a), accounts.used(by: b))
        return first != second ? first < second : (line[a]?.first?.number ?? 0) < (line[b]?.first?.number ?? 0)
    }

    private mutating func remove(_ entry: Entry) {
        counts.leave(entry.tenant, entry.priority)
        lines[entry.priority]?[entry.tenant]?.removeAll { $0.number == entry.number }
        if lines[entry.priority]?[entry.tenant]?.isEmpty == true { lines[entry.priority]?[entry.tenant] = nil }
    }
}
