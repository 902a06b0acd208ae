import HoldfastStore
import Logging
import ServiceLifecycle

/// Each minute: the days on which tokens were used, and the groups of the uids that application sockets act as.
struct SubjectTicker: Service {
    let tokens: TokenBook
    let sockets: ApplicationSockets
    let store: NodeStore
    let logger: Logger

    func run() async throws {
        try? await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                try await Task.sleep(for: .seconds(60))
                await tick()
            }
        }
    }

    private func tick() async {
        do {
            try await tokens.flush(to: store)
            try await offPool { [sockets] in sockets.refreshAccounts() }
        } catch {
            logger.error("the use of tokens could not be written", metadata: ["error": "\(error)"])
        }
    }
}
