import HoldfastCore
import HoldfastStore
import Logging
import ServiceLifecycle

/// Writes what is due: folded refusals each second, a checkpoint every ten seconds with new records, read counts each minute.
struct AuditTicker: Service {
    let trail: NodeAuditTrail
    let store: NodeStore
    let keeper: AuditKeeper
    let logger: Logger

    func run() async throws {
        try? await cancelWhenGracefulShutdown {
            var second = 0
            while !Task.isCancelled {
                try await Task.sleep(for: .seconds(1))
                second += 1
                await tick(second)
            }
        }
    }

    private func tick(_ second: Int) async {
        await keeper.tick(second)
        guard store.failure == nil else { return }
        do {
            try await trail.flush(readsToo: second.isMultiple(of: 60), all: false)
            if second.isMultiple(of: 10), store.audit.size > store.audit.lastCheckpoint().size { try await store.checkpoint() }
        } catch {
            logger.error("the audit trail could not be written", metadata: ["error": "\(error)"])
        }
    }
}
