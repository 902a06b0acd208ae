import Logging
import ServiceLifecycle

/// Says READY, then WATCHDOG at half the interval systemd gave, each time after every part has done something: a daemon that hangs must not go
/// on saying that it lives.
struct LifeSign: Service {
    let notifier: ServiceNotifier
    let proofs: [LifeProof]
    /// What `systemctl status` shows beside the state.
    let summary: @Sendable () async -> String
    /// Half of WATCHDOG_USEC; nil without one.
    let interval: Duration?
    let logger: Logger
    var sleep: @Sendable (Duration) async throws -> Void = { try await Task.sleep(for: $0) }

    static func interval(environment: [String: String]) -> Duration? {
        environment["WATCHDOG_USEC"].flatMap(Int64.init).map { .microseconds(max(1000, $0 / 2)) }
    }

    func run() async throws {
        let status = await summary()
        notifier.ready(status)
        logger.notice("serving", metadata: ["status": "\(status)"])
        try? await cancelWhenGracefulShutdown { try await live(shown: status) }
        notifier.stopping()
        logger.notice("stopping")
    }

    private func live(shown status: String) async throws {
        var shown = status
        while true {
            try await sleep(interval ?? .seconds(60))
            if let interval {
                for proof in proofs { await prove(proof, warnAfter: interval / 2) }
                try Task.checkCancellation()
                notifier.watchdog()
            }
            let status = await summary()
            if status != shown { notifier.status(status) }
            shown = status
        }
    }

    /// One after the other, so that the log has the name of the part that did not come back before systemd ends the daemon.
    private func prove(_ proof: LifeProof, warnAfter limit: Duration) async {
        let warning = Task {
            try await Task.sleep(for: limit)
            notifier.status("Waiting for \(proof.part)")
            logger.error("no sign of life", metadata: ["of": "\(proof.part)", "seconds": "\(limit.components.seconds)"])
        }
        await proof.prove()
        warning.cancel()
    }
}
