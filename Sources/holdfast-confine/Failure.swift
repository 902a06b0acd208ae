#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// How holdfast-confine ends when it does not become the engine. An engine's own exit codes are below 125 by the convention of env(1)
/// and timeout(1), whose numbers these are.
enum ExitCode: Int32 {
    /// A layer could not be put on, or the parent is gone: nothing was run.
    case confinement = 125
    /// The engine exists and cannot be executed.
    case notExecutable = 126
    /// There is no such engine.
    case notFound = 127
    /// The command line is wrong (EX_USAGE of sysexits.h).
    case usage = 64
}

/// One line on standard error, then the end.
func fail(_ code: ExitCode, _ reason: String) -> Never {
    let line = "holdfast-confine: \(reason)\n"
    _ = line.utf8CString.withUnsafeBufferPointer { write(STDERR_FILENO, $0.baseAddress, $0.count - 1) }
    exit(code.rawValue)
}

/// Fails closed: a layer that does not hold means that nothing runs.
func require(_ layer: String, _ result: Int32) {
    if result != 0 { fail(.confinement, "\(layer): \(String(cString: strerror(errno)))") }
}
