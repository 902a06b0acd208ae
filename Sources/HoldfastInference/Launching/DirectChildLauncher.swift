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
        let words = arguments(for: launch)
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

    private func arguments(for launch: EngineLaunch) -> [String] {
        let isReader = launch.kind == .reader
        var words = [isReader ? launch.program : confinePath, "--parent", String(ChildProcess.ownPID), "--calls", launch.kind.rawValue]
        let limits = launch.limits
        for (name, value) in [
            ("nofile", limits.openFiles), ("core", limits.coreBytes), ("fsize", limits.fileBytes), ("data", limits.dataBytes),
            ("nproc", confinement.user == nil ? nil : limits.threads),
        ] {
            if let value { words += ["--limit-\(name)", String(value)] }
        }
        words += confinement.arguments
        let sockets = launch.socketPath.map { $0.split(separator: "/", omittingEmptySubsequences: false).dropLast().joined(separator: "/") }
        for (option, path) in [
            ("--folder", launch.folder), ("--model", launch.model), ("--scratch", launch.scratch), ("--sockets", sockets),
        ] {
            if let path { words += [option, path] }
        }
        return isReader ? words : words + ["--", launch.program] + launch.arguments
    }
}
