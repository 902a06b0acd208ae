import HoldfastCore
import HoldfastStore
import Logging

/// Keeps the audit trail writable and within its bounds: recovers from disk errors, rebuilds the reserve, warns of the budget, seals, and lets go
/// what is older than the retention says. Called once a second.
actor AuditKeeper {
    private let store: NodeStore
    private let trail: NodeAuditTrail
    private let events: DaemonEvents
    private let settings: AuditSettings
    private let forgetting: Forgetting
    private let clock: NodeClock
    private let logger: Logger
    private var budget: BudgetWatch
    private var retention: RetentionClock
    private var trustedTime: Int64?
    private var failingSince: ContinuousClock.Instant?
    private var nextRecovery: ContinuousClock.Instant?
    private var wait: Duration = .seconds(1)

    init(
        store: NodeStore, trail: NodeAuditTrail, events: DaemonEvents, settings: AuditSettings, forgetting: Forgetting, clock: NodeClock,
        logger: Logger
    ) {
        self.store = store
        self.trail = trail
        self.events = events
        self.settings = settings
        self.forgetting = forgetting
        self.clock = clock
        self.logger = logger
        budget = BudgetWatch(budget: settings.budgetBytes)
        retention = RetentionClock(days: settings.retentionDays)
    }

    /// - Parameter second: counted from the start.
    func tick(_ second: Int) async {
        await noteFailure()
        await recover()
        if store.rebuildReserve() { logger.notice("the disk has room again: the audit reserve is rebuilt") }
        guard trail.failure == nil else { return }
        await noteRestored()
        // Where there is no reserve, a full disk is no state, and something may wait without one.
        if trail.deferred.count > 0 { await trail.writeDeferred() }
        do {
            if second % 10 == 1 { try await forgetting.carryOn() }
            if second % 600 == 2 { try await keepTime() }
            try await keepBudget()
            if second % 3600 == 60 { try await keepRetention() }
        } catch {
            logger.error("the audit trail could not be kept within its bounds", metadata: ["error": "\(error)"])
        }
    }

    private func noteFailure() async {
        guard failingSince == nil, let failure = trail.failure else { return }
        failingSince = .now
        logger.error("the audit trail cannot be written", metadata: ["error": "\(failure)"])
        try? await events.write("audit.failing", outcome: AuditOutcome(.failed, code: failure.code.rawValue))
    }

    private func noteRestored() async {
        guard let since = failingSince else { return }
        failingSince = nil
        let waiting = await trail.writeDeferred()
        logger.notice("the audit trail is written again", metadata: ["deferred": "\(waiting)"])
        try? await events.write(
            "audit.restored", parameters: ["seconds": (ContinuousClock.now - since).components.seconds, "deferred": Int64(waiting)])
    }

    private func recover() async {
        guard store.failure != nil else { return }
        if let next = nextRecovery, next > .now { return }
        do {
            guard try await store.recover() else { return }
            (nextRecovery, wait) = (nil, .seconds(1))
            try await events.write("audit.recovered", parameters: ["records": store.audit.size])
        } catch {
            nextRecovery = .now + wait
            logger.error("the disk error stands", metadata: ["error": "\(error)", "next": "\(wait)"])
            wait = min(wait * 2, .seconds(300))
        }
    }

    private func keepBudget() async throws {
        // What a crash left of the last removal.
        try await store.sweep()
        let usage = try await store.auditUsage()
        trail.weigh(usage)
        if let percent = budget.crossed(usage.bytes) {
            logger.warning("the audit budget", metadata: ["percent": "\(percent)", "bytes": "\(usage.bytes)"])
            try await events.write(
                "audit.budget", parameters: ["percent": percent, "bytes": usage.bytes, "budget": settings.budgetBytes])
        }
        let excess = budget.recordsToSeal(usage)
        guard excess > 0 else { return }
        try await store.checkpoint()
        guard let plan = try await store.plan(oldest: excess) else { return }
        try await remove(plan, because: .budget)
    }

    /// Remembers the time that this node has lived through: below it, no clock is believed.
    private func keepTime() async throws {
        let time = try await store.advanceTrustedTime(now: clock.memorable, elapsed: retention.elapsed())
        clock.learn(time)
        trustedTime = time
    }

    private func keepRetention() async throws {
        guard let time = trustedTime else { return }
        if settings.captureDays > 0 { try await expireCaptured(before: time - settings.captureDays * 86_400_000) }
        guard settings.retentionDays > 0 else { return }
        guard let plan = try await store.plan(before: retention.cutoff(at: time), now: trail.time) else { return }
        try await remove(plan, because: .retention)
    }

    /// What is left of it in the write-ahead log goes the next time the log is emptied, if not now.
    private func expireCaptured(before time: Int64) async throws {
        var files: Int64 = 0
        while case let count = try await store.commit(essential: true, { try $0.removeCaptured(before: time) }), count > 0 {
            files += count
        }
        guard files > 0 else { return }
        _ = try await store.emptyLog()
        logger.notice("captured content removed", metadata: ["files": "\(files)"])
        try await events.write("audit.expired", parameters: ["files": files, "before": time])
    }

    private func remove(_ plan: RemovalPlan, because reason: GapReason) async throws {
        let removed = try await store.remove(plan, because: reason)
        logger.notice(
            "audit entries removed", metadata: ["reason": "\(reason.rawValue)", "entries": "\(removed)", "range": "\(plan.range)"])
    }
}
