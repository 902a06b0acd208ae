import HoldfastCore
import Synchronization

/// Counts the requests of callers of limited bindings: those under way and those of the last minute. In memory, by a clock that nobody sets.
final class RequestMeter: Sendable {
    struct Account: Hashable, Sendable {
        let tenant: String
        let name: String
    }

    /// What an account has used.
    struct Use: Sendable, Equatable {
        var running: Int64 = 0
        /// In the last 60 seconds.
        var lately: Int64 = 0
    }

    /// No room: in which of the two, what is used, and for how many seconds.
    struct Full: Error, Equatable {
        let kind: LimitKind
        let used: Int64
        let retryAfter: Int
    }

    private struct Tally {
        var running: Int64 = 0
        /// Seconds of the clock with how many requests began in each, ascending.
        var begun: [(second: Int64, count: Int64)] = []

        mutating func forget(before second: Int64) { begun.removeAll { $0.second < second } }
        var lately: Int64 { begun.reduce(0) { $0 + $1.count } }
        var isIdle: Bool { running == 0 && begun.isEmpty }
    }

    private static let minute: Int64 = 60
    private let tallies = Mutex<[Account: Tally]>([:])
    private let clock: @Sendable () -> Int64

    /// - Parameter clock: in seconds.
    init(clock: @escaping @Sendable () -> Int64 = RequestMeter.uptime) {
        self.clock = clock
    }

    private static let start = ContinuousClock.now
    static let uptime: @Sendable () -> Int64 = { (ContinuousClock.now - start).components.seconds }

    /// Lets a request in.
    /// - Returns: its place, to be given back when it ends.
    func begin(_ account: Account, _ limits: Limits) throws(Full) -> RequestPlace {
        let now = clock()
        let full: Full? = tallies.withLock { tallies in
            if tallies.count >= 1024, tallies[account] == nil { Self.sweep(&tallies, now) }
            var tally = tallies[account] ?? Tally()
            // A second that has begun counts whole, so a minute is at least one.
            tally.forget(before: now - Self.minute)
            defer { tallies[account] = tally.isIdle ? nil : tally }
            if let bound = limits.requestsPerMinute, tally.lately >= bound {
                let oldest = tally.begun.first?.second ?? now
                return Full(kind: .requestsPerMinute, used: tally.lately, retryAfter: Int(oldest + Self.minute + 1 - now))
            }
            if let bound = limits.concurrentRequests, tally.running >= bound {
                return Full(kind: .concurrentRequests, used: tally.running, retryAfter: 1)
            }
            tally.running += 1
            if tally.begun.last?.second == now { tally.begun[tally.begun.count - 1].count += 1 } else { tally.begun.append((now, 1)) }
            return nil
        }
        if let full { throw full }
        return RequestPlace(meter: self, account: account, second: now)
    }

    func use(of account: Account) -> Use {
        let now = clock()
        return tallies.withLock { tallies in
            guard var tally = tallies[account] else { return Use() }
            tally.forget(before: now - Self.minute)
            return Use(running: tally.running, lately: tally.lately)
        }
    }

    /// Accounts with anything to show.
    var accounts: [Account] {
        let now = clock()
        return tallies.withLock { tallies in
            Self.sweep(&tallies, now)
            return Array(tallies.keys)
        }
    }

    fileprivate func end(_ account: Account, uncounting second: Int64?) {
        tallies.withLock { tallies in
            guard var tally = tallies[account] else { return }
            tally.running -= 1
            if let second, let index = tally.begun.firstIndex(where: { $0.second == second }) {
                tally.begun[index].count -= 1
                if tally.begun[index].count == 0 { tally.begun.remove(at: index) }
            }
            tallies[account] = tally.isIdle ? nil : tally
        }
    }

    private static func sweep(_ tallies: inout [Account: Tally], _ now: Int64) {
        for key in tallies.keys { tallies[key]?.forget(before: now - minute) }
        tallies = tallies.filter { !$0.value.isIdle }
    }
}

/// A request's place among those under way. It is given back once, by whoever comes first: the request's end, or the last reference to this.
final class RequestPlace: Sendable {
    private let meter: RequestMeter
    private let account: RequestMeter.Account
    private let second: Int64
    private let isTaken = Mutex(true)

    fileprivate init(meter: RequestMeter, account: RequestMeter.Account, second: Int64) {
        self.meter = meter
        self.account = account
        self.second = second
    }

    deinit { giveBack() }

    /// - Parameter uncounted: the request was not let in after all, and is not one of this minute's.
    func giveBack(uncounted: Bool = false) {
        let wasTaken = isTaken.withLock { isTaken in
            defer { isTaken = false }
            return isTaken
        }
        if wasTaken { meter.end(account, uncounting: uncounted ? second : nil) }
    }
}
