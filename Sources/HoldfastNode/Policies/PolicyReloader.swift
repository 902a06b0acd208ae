import HoldfastCore
import Logging
import ServiceLifecycle
import UnixSignals

/// SIGHUP: reads and validates every policy, then swaps; on an error the old ones rule on, and the log, the audit trail and `holdfast
/// status` say why.
struct PolicyReloader: Service {
    let policy: ActivePolicy
    let events: DaemonEvents
    let logger: Logger

    func run() async throws {
        let signals = await UnixSignalsSequence(trapping: .sighup)
        await cancelWhenGracefulShutdown {
            for await _ in signals { await reload() }
        }
    }

    private func reload() async {
        do {
            let loaded = try policy.reload()
            for warning in loaded.warnings { logger.warning("policy", metadata: ["warning": "\(warning)"]) }
            logger.notice("policies reloaded", metadata: ["generation": "\(loaded.generation)", "digest": "\(loaded.digest)"])
            try await events.policyLoaded(loaded)
        } catch let error as HoldfastError {
            logger.error("the policies were not reloaded; the old ones stay", metadata: ["error": "\(error.message)"])
            try? await events.write(
                "policy.load", resource: AuditResource(kind: "policy"), outcome: AuditOutcome(.failed, code: error.code.rawValue))
        } catch {
            logger.error("the reload could not be recorded", metadata: ["error": "\(error)"])
        }
    }
}

extension DaemonEvents {
    func policyLoaded(_ policy: Policy) async throws {
        try await write(
            "policy.load", resource: AuditResource(kind: "policy", digest: policy.digest),
            parameters: [
                "roles": Int64(policy.roles.count), "bindings": Int64(policy.bindings.count), "warnings": Int64(policy.warnings.count),
            ])
    }
}
