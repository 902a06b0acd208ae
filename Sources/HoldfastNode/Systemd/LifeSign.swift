import HoldfastInference
import HoldfastStore
import Logging
import ServiceLifecycle

/// Says READY, then WATCHDOG at half the interval systemd gave, each time after writer and engines have answered: a daemon that hangs
/// must not go on saying that it lives.
struct LifeSign: Service {
    let notifier: ServiceNotifier
    let store: NodeStore
    let engines: EngineManager
    let runtime: String
    /// Half of WATCHDOG_USEC; nil without one.
    let interval: Duration?
    let logger: Logger

    static func interval(environment: [String: String]) -> Duration? {
        environment["WATCHDOG_USEC"].flatMap(Int64.init).map { .microseconds(max(1000, $0 / 2)) }
    }

    func run() async throws {
        notifier.ready("Serving on \(runtime)")
        logger.notice("serving", metadata: ["runtime": "\(runtime)"])
        try? await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                try await Task.sleep(for: interval ?? .seconds(3600))
                // A disk that fails is no hang: the node says what is wrong, and works on it.
                guard interval != nil, (try? await store.commit(essential: true) { _ in }) != nil || store.failure != nil else { continue }
                _ = await engines.loaded()
                notifier.watchdog()
            }
        }
        notifier.stopping()
        logger.notice("stopping", metadata: ["runtime": "\(runtime)"])
    }
}
