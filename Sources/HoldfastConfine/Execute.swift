import Glibc

/// Becomes the engine. Its whole environment is ``environment``.
func execute(_ program: String, _ arguments: [String]) -> Never {
    var argv: [UnsafeMutablePointer<CChar>?] = ([program] + arguments).map { strdup($0) }
    argv.append(nil)
    var words: [UnsafeMutablePointer<CChar>?] = environment.map { strdup($0) }
    words.append(nil)
    execve(program, &argv, &words)
    let reason = errno
    fail(reason == ENOENT ? .notFound : .notExecutable, "\(program): \(String(cString: strerror(reason)))")
}

/// A home that is not there: without one, llama-server and Python ask the system's user database, which asks nscd by `connect`.
private let environment = ["HOME=/nonexistent"]
