import CDispatch
import CHoldfastSystem
import FoundationEssentials
import Glibc
import HoldfastHTTP

/// What the checks see of a machine; a test shows them another.
struct MachineView: Sendable {
    /// The version of Landlock's interface, or an errno value below zero.
    var landlockVersion: @Sendable () -> Int32
    /// 0, or an errno value.
    var seccomp: @Sendable () -> Int32
    /// The text of a file, nil when it cannot be read.
    var text: @Sendable (String) -> String?
    /// Whether there is a socket of that path.
    var isSocket: @Sendable (String) -> Bool
    /// Runs `holdfast-confine` with these words: its exit status, and its standard error. Nil when it is not there.
    var confine: @Sendable ([String]) -> (status: Int32, errors: String)?
    /// Nil where there is nothing.
    var file: @Sendable (String) -> FileFacts? = { MachineView.facts($0) }
    /// What a file system has left: bytes, and files.
    var room: @Sendable (String) -> (bytes: Int64, files: Int64)? = { MachineView.room($0) }
    /// What is in a folder.
    var names: @Sendable (String) -> [String] = { MachineView.names($0) }
    /// Milliseconds since 1970.
    var now: @Sendable () -> Int64 = { LocalTime.now() }
    /// Standard output of systemctl; nil when it fails.
    var systemctl: @Sendable ([String]) -> String? = { MachineView.systemctl($0) }
    var user: @Sendable (String) -> UInt32? = { SystemNames.userID($0) }
    var group: @Sendable (String) -> UInt32? = { SystemNames.groupID($0) }

    static let real = MachineView(
        landlockVersion: {
            let version = hf_landlock_abi()
            return version > 0 ? version : -errno
        },
        seccomp: { hf_seccomp_available() == 0 ? 0 : errno },
        text: { path in (try? Data(contentsOf: URL(filePath: path))).map { String(decoding: $0, as: UTF8.self) } },
        isSocket: { path in
            var status = stat()
            return lstat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFSOCK
        },
        confine: { words in
            guard let own = realpath("/proc/self/exe", nil) else { return nil }
            defer { free(own) }
            let folder = String(cString: own).split(separator: "/").dropLast().joined(separator: "/")
            return run("/\(folder)/holdfast-confine", words)
        })

    /// A child with an empty environment, whose standard error is a pipe.
    private static func run(_ program: String, _ words: [String]) -> (status: Int32, errors: String)? {
        var ends: [Int32] = [-1, -1]
        guard hf_pipe(&ends) == 0 else { return nil }
        defer { close(ends[0]) }
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
        posix_spawn_file_actions_addopen(&actions, 1, "/dev/null", O_WRONLY, 0)
        posix_spawn_file_actions_adddup2(&actions, ends[1], 2)
        var argv: [UnsafeMutablePointer<CChar>?] = ([program] + words).map { strdup($0) } + [nil]
        defer { for word in argv { free(word) } }
        var environment: [UnsafeMutablePointer<CChar>?] = [nil]
        var pid: pid_t = 0
        let started = posix_spawn(&pid, program, &actions, nil, &argv, &environment)
        close(ends[1])
        guard started == 0 else { return nil }
        var status: Int32 = 0
        while waitpid(pid, &status, 0) < 0, errno == EINTR {}
        // It has ended, and says a line or nothing: all of it is in the pipe.
        var bytes = [UInt8](repeating: 0, count: 4096)
        let count = bytes.withUnsafeMutableBytes { read(ends[0], $0.baseAddress, $0.count) }
        let code = hf_wait_signal(status) == 0 ? hf_wait_exit_code(status) : 128 + hf_wait_signal(status)
        return (code, String(decoding: bytes.prefix(max(0, count)), as: UTF8.self))
    }
}
