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
        let time = now()
        var record = AuditRecord(
            id: RequestID.make(at: time), time: time, phase: .event, actor: Self.actor, operation: operation, resource: resource,
            outcome: outcome, policyGeneration: Int64(policy.authorizer.policy.generation))
        record.parameters = parameters
        try await trail.append(record)
    }
}
