import HoldfastLaunch

/// The words for `holdfast-confine`, or for a program of ours that confines itself, after `--parent PID`.
enum LaunchWords {
    /// - Parameter isGiven: the model's file comes as an open descriptor, and what the engine makes is also for the group it shares with the
    ///   daemon.
    static func make(_ launch: EngineLaunch, _ confinement: EngineConfinement, isGiven: Bool = false) -> [String] {
        var words = ["--calls", launch.kind.rawValue]
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
        if isGiven {
            words += ["--umask", "007"]
            if launch.model != nil { words += ["--model-descriptor", String(givenDescriptor)] }
        }
        return launch.kind == .reader ? words : words + ["--", launch.program] + launch.arguments
    }
}
