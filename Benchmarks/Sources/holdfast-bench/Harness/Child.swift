import Glibc

/// A program that was started here. Its standard input is empty; its output goes to a file or nowhere.
final class Child {
    let pid: pid_t
    private var status: Int32?

    /// - Parameter environment: added to ours, and stronger.
    init(_ words: [String], environment: [String: String] = [:], output: String = "/dev/null") throws {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
        posix_spawn_file_actions_addopen(&actions, 1, output, O_WRONLY | O_CREAT | O_APPEND, 0o644)
        posix_spawn_file_actions_adddup2(&actions, 1, 2)
        let arguments = words.map { strdup($0) } + [nil]
        let variables = Environment.merged(environment).map { strdup("\($0)=\($1)") } + [nil]
        defer { for text in arguments + variables { free(text) } }
        var pid: pid_t = 0
        let code = posix_spawnp(&pid, words[0], &actions, nil, arguments, variables)
        guard code == 0 else { throw BenchError("cannot start \(words[0]): \(String(cString: strerror(code)))") }
        self.pid = pid
    }

    var isRunning: Bool {
        guard status == nil else { return false }
        var value: Int32 = 0
        guard waitpid(pid, &value, WNOHANG) == pid else { return true }
        status = value
        return false
    }

    @discardableResult func wait() -> Int32 {
        if let status { return status }
        var value: Int32 = 0
        while waitpid(pid, &value, 0) < 0, errno == EINTR {}
        status = value
        return value
    }

    func stop() {
        if isRunning { kill(pid, SIGTERM) }
        wait()
    }

    /// Runs a program to its end.
    /// - Returns: the seconds that took.
    @discardableResult static func run(_ words: [String], environment: [String: String] = [:], output: String = "/dev/null") throws
        -> Double
    {
        let start = Clock.seconds
        let status = try Child(words, environment: environment, output: output).wait()
        guard status == 0 else { throw BenchError("\(words.joined(separator: " ")) failed (wait status \(status))") }
        return Clock.seconds - start
    }
}
