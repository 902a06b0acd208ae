import HoldfastAPI
import HoldfastCore
import HoldfastHTTP
import HoldfastStore
import Synchronization

/// The most of the budget that one subject's records may fill (`audit.subject_share`), so that a flood by one does not push out the records of
/// all others. It binds only once four fifths of the budget are used, and not the daemon's own events.
final class SubjectShare: Sendable {
    private let settings: AuditSettings
    private let over = Mutex<String?>(nil)

    init(_ settings: AuditSettings) {
        self.settings = settings
    }

    func weigh(_ usage: AuditUsage) {
        let busy = usage.bytes >= settings.budgetBytes / 5 * 4 && settings.subjectShare < 100
        // The share of the records' JSON is the share of what they take.
        let largest = usage.largest.flatMap { $0.bytes * 100 > usage.recordBytes * settings.subjectShare ? $0.tenant : nil }
        over.withLock { $0 = busy ? largest : nil }
    }

    /// - Throws: ``HoldfastError`` `audit_unavailable`.
    func admit(_ call: Call) throws {
        guard !call.operation.worksOnReserve, call.operation.audited != .never,
            over.withLock({ $0 }) == call.caller.tenant
        else { return }
        throw HoldfastError(
            .auditUnavailable, "Your records fill more than \(settings.subjectShare) % of the node's audit trail.",
            hint: "ask a records officer: holdfast audit prune --before TIME", retryAfter: 60)
    }
}
