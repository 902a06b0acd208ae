import HoldfastCore
import HoldfastHTTP
import NIOCore
import NIOHTTP1

/// Waits until a new llama-server has loaded its model: `GET /health` is 503 before, 200 after.
struct LlamaReadiness {
    let model: LoadableModel
    let process: any EngineProcess
    let client: UnixHTTPClient
    let settings: EngineSettings
    let clock: any EngineClock

    /// - Throws: ``HoldfastError`` `engine_failed` when it ends or loads for too long, `engine_stalled`; `CancellationError`.
    func wait() async throws {
        let start = clock.now
        var watch = ProgressWatch(now: start, stall: settings.stall)
        var pause = Duration.milliseconds(20)
        var signs: [UInt64?] = []
        while true {
            try Task.checkCancellation()
            if let exit = process.exitReason { throw ended(exit) }
            let health = await health()
            if health == .ready { return }
            // What answers nonsense works at nothing, though each answer takes some of the processor.
            if health != .nonsense { signs = process.signsOfWork + [health == .loading ? 1 : 0] }
            if watch.isStalled(now: clock.now, signs: signs) {
                throw LlamaFailure.stalled(model.name, after: settings.stall, "loading", stderrTail: process.stderrTail())
            }
            if clock.now - start > settings.loadLimit {
                throw HoldfastError(
                    .engineFailed, "Loading \(model.name) took longer than \(Int(settings.loadLimit.inSeconds)) seconds.",
                    detail: "stderr ends: \(process.stderrTail())")
            }
            try await clock.sleep(for: pause)
            pause = min(pause * 5 / 4, .milliseconds(200))
        }
    }

    private enum Health {
        /// No answer yet.
        case absent
        case loading
        case ready
        case nonsense
    }

    private func health() async -> Health {
        var impatient = client
        impatient.headTimeout = .seconds(1)
        impatient.connectTimeout = .seconds(1)
        do {
            switch try await impatient.send(.GET, "/health").status {
            case .ok: return .ready
            case .serviceUnavailable: return .loading
            default: return .nonsense
            }
        } catch {
            let failure = (error as? HoldfastError)?.cause as? UnixHTTPFailure
            return failure?.kind == .malformed || failure?.kind == .closed ? .nonsense : .absent
        }
    }

    private func ended(_ exit: ExitReason) -> HoldfastError {
        if let unconfined = ConfineRefusal.error(exit, stderrTail: process.stderrTail(), for: model.name) { return unconfined }
        let cause = process.exitCause
        let why = cause?.explanation.map { " It \($0)." } ?? ""
        return HoldfastError(
            cause?.code ?? .engineFailed, "The engine could not load \(model.name).\(why)",
            detail: "\(exit); stderr ends: \(process.stderrTail())",
            hint: cause?.hint ?? "holdfast model verify \(model.name) holds its file against its digest")
    }
}
