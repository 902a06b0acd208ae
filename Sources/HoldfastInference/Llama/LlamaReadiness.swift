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
        while true {
            try Task.checkCancellation()
            if let exit = process.exitReason { throw ended(exit) }
            let status = await health()
            if status == 200 { return }
            if watch.isStalled(now: clock.now, signs: process.signsOfWork + [status]) {
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

    /// - Returns: the HTTP status; nil while there is no answer.
    private func health() async -> UInt64? {
        var impatient = client
        impatient.headTimeout = .seconds(1)
        impatient.connectTimeout = .seconds(1)
        guard let response = try? await impatient.send(.GET, "/health") else { return nil }
        return UInt64(response.status.code)
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
