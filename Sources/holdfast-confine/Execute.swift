#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// Becomes the engine, with an empty environment.
func execute(_ program: String, _ arguments: [String]) -> Never {
    var argv: [UnsafeMutablePointer<CChar>?] = ([program] + arguments).map { strdup($0) }
    argv.append(nil)
    var environment: [UnsafeMutablePointer<CChar>?] = [nil]
    execve(program, &argv, &environment)
    let reason = errno
    fail(reason == ENOENT ? .notFound : .notExecutable, "\(program): \(String(cString: strerror(reason)))")
}
