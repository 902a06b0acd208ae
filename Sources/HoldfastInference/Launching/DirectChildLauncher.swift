import HoldfastCore

/// Starts an engine as a child of this process, through `holdfast-confine`.
public struct DirectChildLauncher: EngineLauncher {
    /// `holdfast-confine`, absolute.
    public let confinePath: String

    public init(confinePath: String) { self.confinePath = confinePath }

    /// - Throws: ``HoldfastError`` `engine_failed`.
    public func launch(_ launch: EngineLaunch) async throws -> any EngineProcess {
        let words = arguments(for: launch)
        let socketPath = launch.socketPath
        return try await withCheckedThrowingContinuation { continuation in
            // The parent-death signal comes when the *thread* that forked ends, not when the process does: so each engine has a thread
            // which starts it and stays until it is reaped.
            let started = SupervisionThread.start {
                ChildProcess.supervise(words, socketPath: socketPath) { continuation.resume(with: $0) }
            }
            if !started {
                continuation.resume(
                    throwing: HoldfastError(.engineFailed, "The engine could not be started: this machine gives no further thread."))
            }
        }
    }

    private func arguments(for launch: EngineLaunch) -> [String] {
        var words = [confinePath, "--parent", String(ChildProcess.ownPID)]
        let limits = launch.limits
        for (name, value) in [
            ("nofile", limits.openFiles), ("core", limits.coreBytes), ("fsize", limits.fileBytes), ("data", limits.dataBytes),
        ] {
            if let value { words += ["--limit-\(name)", String(value)] }
        }
        return words + ["--", launch.program] + launch.arguments
    }
}
