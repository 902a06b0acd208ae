import CHoldfastSystem
import Glibc
import HoldfastCore

/// A process that was just started: its id, and two descriptors which the receiver closes.
struct Spawned {
    let pid: Int32
    /// The reading end of its standard error, not blocking.
    let stderr: Int32
    let pidfd: Int32
}

/// Starts `words[0]` with those arguments, an empty environment, no input and its standard error in a pipe.
func spawn(_ words: [String]) -> Result<Spawned, HoldfastError> {
    func failure(_ step: String, _ code: Int32) -> Result<Spawned, HoldfastError> {
        .failure(
            HoldfastError(
                .engineFailed, "The engine could not be started.", detail: "\(step): \(String(cString: strerror(code)))",
                hint: "holdfast status"))
    }
    var ends: [Int32] = [-1, -1]
    guard hf_pipe(&ends) == 0 else { return failure("pipe", errno) }
    defer { close(ends[1]) }

    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
    posix_spawn_file_actions_addopen(&actions, 1, "/dev/null", O_WRONLY, 0)
    posix_spawn_file_actions_adddup2(&actions, ends[1], 2)

    var argv: [UnsafeMutablePointer<CChar>?] = words.map { strdup($0) } + [nil]
    defer { for word in argv { free(word) } }
    var environment: [UnsafeMutablePointer<CChar>?] = [nil]
    var pid: pid_t = 0
    let result = posix_spawn(&pid, words[0], &actions, nil, &argv, &environment)
    guard result == 0 else {
        close(ends[0])
        return failure(words[0], result)
    }
    let pidfd = hf_pidfd_open(pid)
    guard pidfd >= 0 else {
        let code = errno
        kill(pid, SIGKILL)
        waitpid(pid, nil, 0)
        close(ends[0])
        return failure("pidfd_open (Linux 5.3)", code)
    }
    return .success(Spawned(pid: pid, stderr: ends[0], pidfd: pidfd))
}
