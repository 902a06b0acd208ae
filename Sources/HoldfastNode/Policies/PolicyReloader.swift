import Glibc
import HoldfastCore
import HoldfastStore
import Logging
import ServiceLifecycle
import UnixSignals

/// SIGHUP: reads and validates every policy of the directory, stores a generation, then swaps; on an error the one that rules goes on
/// ruling, and the log, the audit trail and `holdfast status` say why.
struct PolicyReloader: Service {
    let change: PolicyChange
    let events: DaemonEvents
    let notifier: ServiceNotifier
    let summary: @Sendable () async -> String
    let logger: Logger

    func run() async throws {
        let signals = await UnixSignalsSequence(trapping: .sighup)
        await cancelWhenGracefulShutdown {
            for await _ in signals {
                notifier.reloading()
                await reload()
                notifier.ready(await summary())
            }
        }
    }

    private func reload() async {
        let policy = change.policy
        do {
            let files = try await offPool { try policy.directory.read() }
            let applied = try await change.apply(files, by: getuid(), .signal, record: events.record("policy.load"))
            for warning in applied.policy.warnings { logger.warning("policy", metadata: ["warning": "\(warning)"]) }
            logger.notice(
                "policies reloaded", metadata: ["generation": "\(applied.policy.generation)", "digest": "\(applied.policy.digest)"])
        } catch let error as HoldfastError {
            policy.refused(error)
            logger.error("the policies were not reloaded; the old ones stay", metadata: ["error": "\(error.message)"])
            try? await events.write(
                "policy.load", resource: AuditResource(kind: "policy"), outcome: AuditOutcome(.failed, code: error.code.rawValue))
        } catch {
            logger.error("the reload could not be recorded", metadata: ["error": "\(error)"])
        }
    }
}
