import HoldfastInference
import ServiceLifecycle

/// Ends the engines when the drain time is over, so that whoever still waits for an answer reads an error and not a cut connection.
///
/// A service only to hear of the shutdown: services end one after the other, and this must go on beside them.
struct DrainLimit: Service {
    /// What clients have to read their errors, before connections are cut.
    static let farewell = Duration.seconds(2)

    private let engines: EngineManager
    private let drain: Duration
    private let begun: AsyncStream<Void>
    private let begin: AsyncStream<Void>.Continuation

    init(engines: EngineManager, drain: Duration) {
        self.engines = engines
        self.drain = drain
        (begun, begin) = AsyncStream.makeStream()
    }

    func run() async throws {
        try await gracefulShutdown()
        begin.finish()
    }

    /// Returns when the engines have ended, or when it is cancelled because nobody waits any more.
    func enforce() async {
        for await _ in begun {}
        do { try await Task.sleep(for: drain) } catch { return }
        await engines.shutdown(drain: .zero)
    }
}
