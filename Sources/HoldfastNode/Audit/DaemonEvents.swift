import Glibc
import HoldfastAPI
import HoldfastCore
import HoldfastHTTP

/// Records of what the daemon itself does: start, stop, policies, engines.
struct DaemonEvents: Sendable {
    let trail: NodeAuditTrail
    let policy: ActivePolicy
    let now: @Sendable () -> Int64

    private static let actor = AuditActor(Caller(uid: getuid(), gid: getgid(), pid: getpid(), groups: [], socket: .internal))

    func write(
        _ operation: String, resource: AuditResource = AuditResource(kind: "node"), outcome: AuditOutcome = AuditOutcome(.ok),
        parameters: [String: Int64] = [:]
    ) async throws {
        var record = record(operation, resource: resource, outcome: outcome)
        record.parameters = parameters
        try await trail.append(record)
    }

    /// For whoever commits it with a change.
    func record(
        _ operation: String, resource: AuditResource = AuditResource(kind: "node"), outcome: AuditOutcome = AuditOutcome(.ok)
    ) -> AuditRecord {
        let time = now()
        return AuditRecord(
            id: RequestID.make(at: time), time: time, phase: .event, actor: Self.actor, operation: operation, resource: resource,
            outcome: outcome, policyGeneration: Int64(policy.authorizer.policy.generation))
    }

    /// Says at each start which policy rules; the first stores it.
    func policyLoaded(_ change: PolicyChange) async throws {
        let policy = policy.authorizer.policy
        var record = record("policy.load")
        guard change.policy.wasStored else {
            try await change.store(first: policy, by: getuid(), record: record)
            return
        }
        record.describe(policy)
        record.parameters["generation"] = Int64(policy.generation)
        try await trail.append(record)
    }
}
