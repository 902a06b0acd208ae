import CHoldfastSystem
import Glibc

/// A process that was just started: its id, and two descriptors which the receiver closes.
package struct Spawned {
    package let pid: Int32
    /// The reading end of its standard error, not blocking.
    package let stderr: Int32
    package let pidfd: Int32
}

/// Why there is no process: the step, and what the system said.
package struct SpawnFailure: Error {
    package let text: String

    init(_ step: String, _ code: Int32) { text = "\(step): \(String(cString: strerror(code)))" }
}

/// The number under which a process finds the one file that it is given beside its input, output and errors.
package let givenDescriptor: Int32 = 3

/// Starts `words[0]` with those arguments, an empty environment, no input and its standard error in a pipe.
/// - Parameter given: an open file of ours that it gets as ``givenDescriptor``.
package func spawn(_ words: [String], given: Int32? = nil) -> Result<Spawned, SpawnFailure> {
    var ends: [Int32] = [-1, -1]
    guard hf_pipe(&ends) == 0 else { return .failure(SpawnFailure("pipe", errno)) }
    defer { close(ends[1]) }

    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    // The errors first: the pipe's end may have the number that the given file is to get.
    posix_spawn_file_actions_adddup2(&actions, ends[1], 2)
    if let given { posix_spawn_file_actions_adddup2(&actions, given, givenDescriptor) }
    posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
    posix_spawn_file_actions_addopen(&actions, 1, "/dev/null", O_WRONLY, 0)

    var argv: [UnsafeMutablePointer<CChar>?] = words.map { strdup($0) } + [nil]
    defer { for word in argv { free(word) } }
    var environment: [UnsafeMutablePointer<CChar>?] = [nil]
    var pid: pid_t = 0
    let result = posix_spawn(&pid, words[0], &actions, nil, &argv, &environment)
    guard result == 0 else {
        close(ends[0])
        return .failure(SpawnFailure(words[0], result))
    }
    let pidfd = hf_pidfd_open(pid)
    guard pidfd >= 0 else {
        let code = errno
        kill(pid, SIGKILL)
        waitpid(pid, nil, 0)
        close(ends[0])
        return .failure(SpawnFailure("pidfd_open (Linux 5.3)", code))
    }
    return .success(Spawned(pid: pid, stderr: ends[0], pidfd: pidfd))
}
