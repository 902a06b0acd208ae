import HoldfastCore
import HoldfastInference
import HoldfastStore
import Logging
import ServiceLifecycle

/// Keeps pinned models loaded: at start, and again when one's engine has ended. One that has failed too often is left to ``FailureLedger``.
struct PinKeeper: Service {
    static let terms = RequestTerms(tenant: "pinned", priority: .interactive)
    private static let interval = Duration.seconds(10)
    let node: Node

    func run() async throws {
        try? await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                await look()
                try await Task.sleep(for: Self.interval)
            }
        }
    }

    private func look() async {
        guard let pins = try? await node.store.scheduling.pins() else { return }
        await node.engines.setPinned(pins)
        let loaded = Set(await node.engines.loaded().map(\.model.digest))
        for digest in pins.subtracting(loaded) {
            guard !Task.isCancelled, let model = try? await node.store.registry.model(digest: digest) else { continue }
            await Self.load(model, node)
        }
    }

    /// A failure is in the audit trail and in the log already, and is tried again.
    static func load(_ model: Model, _ node: Node) async {
        do {
            try await node.engines.use(try await node.loadable(model), for: terms).end()
        } catch {
            node.logger.debug("a pinned model is not loaded", metadata: ["model": "\(model.name)", "error": "\(error)"])
        }
    }
}
