public import HoldfastCore

/// What the pipeline needs of the audit trail. The node's is in its database; the catalog has its own.
public protocol AuditTrail: Sendable {
    /// Whether an allowed request may run, the state of the trail being what it is.
    /// - Throws: ``HoldfastError`` `audit_unavailable`, with the reason.
    func admit(_ call: Call) throws
    /// A request that was refused or failed before it had an effect. Repeats from one subject within a second become one record.
    /// - Throws: ``HoldfastError`` `audit_unavailable`; the request then gets that answer.
    func refused(_ call: Call, _ outcome: AuditOutcome) async throws
    /// An allowed read: counted by subject, operation and minute.
    func counted(_ call: Call)
    /// Durable when it returns.
    func intent(_ call: Call) async throws
    /// Durable when it returns. After an intent it closes it.
    func outcome(_ call: Call, _ outcome: AuditOutcome) async throws
}

/// What a handler gives back: the answer, and how its audit record was taken care of.
public struct Answer: Sendable {
    public enum Recorded: Sendable {
        /// A read: the pipeline counts it.
        case counted
        /// The record is durable: committed with the change, or after the effect.
        case written
        /// The body writes it before its last byte.
        case byBody
    }

    public var response: Reply
    public var recorded: Recorded

    public init(_ response: Reply, recorded: Recorded) {
        self.response = response
        self.recorded = recorded
    }
}
