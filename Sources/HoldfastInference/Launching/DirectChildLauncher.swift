import HoldfastCore

/// Starts an engine as a child of this process, through `holdfast-confine`.
public struct DirectChildLauncher: EngineLauncher {
    /// `holdfast-confine`, absolute.
    public let confinePath: String
    public let confinement: EngineConfinement

    public init(confinePath: String, confinement: EngineConfinement = EngineConfinement()) {
        self.confinePath = confinePath
        self.confinement = confinement
    }

    /// - Throws: ``HoldfastError`` `engine_failed`, `engine_unconfined`.
    public func launch(_ launch: EngineLaunch) async throws -> any EngineProcess {
        if confinement.ownUser == .required, confinement.user == nil {
            throw ConfineRefusal.unconfined(nil, "confinement.own_user is required, and confinement.user names no user.")
        }
        let program = launch.kind == .reader ? launch.program : confinePath
        let words = [program, "--parent", String(ChildProcess.ownPID)] + LaunchWords.make(launch, confinement)
        return try await withCheckedThrowingContinuation { continuation in
            // The parent-death signal comes when the *thread* that forked ends, not when the process does: so each engine has a thread
            // which starts it and stays until it is reaped.
            let started = SupervisionThread.start {
                ChildProcess.supervise(words) { continuation.resume(with: $0) }
            }
            if !started {
                continuation.resume(
                    throwing: HoldfastError(.engineFailed, "The engine could not be started: this machine gives no further thread."))
            }
        }
    }
}
