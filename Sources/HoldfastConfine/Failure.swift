import Glibc

/// How holdfast-confine ends when it does not become the engine. An engine's own exit codes are below 125 by the convention of env(1)
/// and timeout(1), whose numbers these are; the others are from sysexits.h.
public enum ExitCode: Int32 {
    /// A layer could not be put on, or the parent is gone: nothing was run.
    case confinement = 125
    /// The engine exists and cannot be executed.
    case notExecutable = 126
    /// There is no such engine.
    case notFound = 127
    /// The command line is wrong (EX_USAGE).
    case usage = 64
    /// The model's file is not fit to be loaded (EX_DATAERR).
    case model = 65
}

/// One line on standard error, then the end.
public func fail(_ code: ExitCode, _ reason: String) -> Never {
    say(reason)
    exit(code.rawValue)
}

func say(_ text: String) {
    let name = CommandLine.arguments.first?.split(separator: "/").last ?? "holdfast-confine"
    let line = "\(name): \(text)\n"
    _ = line.utf8CString.withUnsafeBufferPointer { write(STDERR_FILENO, $0.baseAddress, $0.count - 1) }
}

/// Fails closed: what does not hold means that nothing runs.
func require(_ layer: String, _ result: Int32) {
    if result != 0 { fail(.confinement, "\(layer): \(String(cString: strerror(errno)))") }
}
