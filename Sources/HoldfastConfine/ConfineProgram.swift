import Glibc

/// `holdfast-confine --parent PID [--NAME VALUE …] -- /absolute/engine [argument …]`, or `holdfast-confine --supervise`
///
/// Shuts a process in before a third-party engine runs in it. It starts once for each engine and Foundation would be most of that time,
/// so there is none.
public enum ConfineProgram {
    public static func run() -> Never {
        if Array(CommandLine.arguments.dropFirst()) == ["--supervise"] { EngineSupervisor.run() }
        switch Invocation.parse(CommandLine.arguments.dropFirst()) {
        case .failure(let mistake): fail(.usage, mistake.text)
        case .success(let invocation):
            guard let program = invocation.program else { fail(.usage, "no engine") }
            let file = invocation.confine()
            execute(
                program,
                invocation.arguments.map { argument in
                    // The path leads through folders that are the daemon's; the descriptor was opened before they were closed to us.
                    if let file, argument == invocation.model { "/proc/self/fd/\(file)" } else { argument }
                })
        }
    }
}
