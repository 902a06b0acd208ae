import Glibc
import HoldfastCore
import HoldfastHTTP

/// A node that cannot be spoken to, in words for the person at the command line.
enum NodeFailure {
    static func error(_ kind: UnixHTTPFailure.Kind, reason: String, socketPath: String, runtime: String) -> HoldfastError {
        switch kind {
        case .closed:
            HoldfastError(.nodeUnreachable, "The node closed the connection before its answer was complete.", hint: "holdfast status")
        case .headTimeout:
            HoldfastError(.nodeUnreachable, "The node at \(socketPath) gave no answer in time.", hint: "holdfast status")
        case .malformed, .tooLarge:
            HoldfastError(.nodeUnreachable, "What answers at \(socketPath) is not a node: \(reason).", hint: startHint(runtime))
        case .connect(errno: EACCES):
            HoldfastError(.nodeUnreachable, "You may not use \(socketPath).", hint: accessHint(socketPath))
        case .pathTooLong, .connect, .connectTimeout:
            HoldfastError(.nodeUnreachable, "No node answers: \(reason).", hint: startHint(runtime))
        }
    }

    private static func startHint(_ runtime: String) -> String {
        if runtime == RuntimeDirectory.system { return "systemctl start holdfastd" }
        return "holdfastd --state DIR --runtime \(runtime), or name another node with --runtime"
    }

    private static func accessHint(_ socketPath: String) -> String {
        var status = stat()
        guard lstat(socketPath, &status) == 0 else {
            return "ask the owner of the node; its directory is closed to you"
        }
        let owner = SystemNames.user(status.st_uid)
        guard status.st_mode & S_IWGRP != 0 else { return "run it as \(owner)" }
        return "run it as \(owner) or as a member of the group \(SystemNames.group(status.st_gid))"
    }
}
