import HoldfastCore
import Synchronization

/// Has a model's file read from end to end before an engine maps it, by a program of ours that is confined as an engine is.
///
/// A digest names its bytes for ever, so each is read once in a run of the daemon.
public final class ModelFileCheck: Sendable {
    private let launcher: any EngineLauncher
    private let program: String
    private let limits: EngineLimits
    private let timeLimit: Duration
    private let sound = Mutex<Set<SHA256Digest>>([])

    /// - Parameter program: `holdfast-check-gguf`, absolute.
    public init(launcher: any EngineLauncher, program: String, limits: EngineLimits = EngineLimits(), timeLimit: Duration = .seconds(900)) {
        self.launcher = launcher
        self.program = program
        self.limits = limits
        self.timeLimit = timeLimit
    }

    /// - Throws: ``HoldfastError`` `model_invalid` with what is wrong; `engine_unconfined`; `engine_failed` when the check itself broke off;
    ///   `CancellationError`.
    func check(_ model: LoadableModel) async throws {
        if sound.withLock({ $0.contains(model.digest) }) { return }
        let process = try await launcher.launch(
            EngineLaunch(program: program, arguments: [], kind: .reader, model: model.path, limits: limits))
        let exit = try await process.wait(atMost: timeLimit)
        guard exit == .code(0) else { throw Self.refusal(of: model.name, exit, process) }
        sound.withLock { _ = $0.insert(model.digest) }
    }

    private static func refusal(of name: ModelName, _ exit: ExitReason, _ process: any EngineProcess) -> HoldfastError {
        if let unconfined = ConfineRefusal.error(exit, stderrTail: process.stderrTail(), for: name) { return unconfined }
        if exit == .code(65), let why = ConfineRefusal.lastWords(of: process.stderrTail()) {
            return HoldfastError(
                .modelInvalid, "The model \(name) is not loaded. \(why)",
                hint: "compare its digest (holdfast model show \(name)) with its source; holdfast model remove \(name) takes it out")
        }
        return HoldfastError(
            process.exitCause?.code ?? .engineFailed, "The model \(name) is not loaded: the check of its file broke off.",
            detail: "\(exit); stderr ends: \(process.stderrTail())", hint: "holdfast doctor")
    }
}
