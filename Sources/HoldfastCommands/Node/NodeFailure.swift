import Glibc
import HoldfastCore
import HoldfastHTTP

/// A node that cannot be spoken to, in words for the person at the command line.
enum NodeFailure {
    static func error(_ kind: UnixHTTPFailure.Kind, reason: String, socketPath: String, runtime: String) -> HoldfastError {
        switch kind {
        case .closed:
            HoldfastError(
                .interrupted, "The node stopped in the middle: it closed the connection before its answer was complete.",
                hint: "holdfast status")
        case .headTimeout:
            HoldfastError(.nodeUnreachable, "The node at \(socketPath) gave no answer in time.", hint: "holdfast status")
        case .malformed, .tooLarge:
            HoldfastError(.nodeUnreachable, "What answers at \(socketPath) is not a node: \(reason).", hint: startHint(runtime))
        case .connect(errno: EACCES):
            HoldfastError(.accessDenied, "You may not use \(socketPath).", hint: accessHint(socketPath, runtime: runtime))
        case .pathTooLong, .connect, .connectTimeout:
            HoldfastError(.nodeUnreachable, "No node answers: \(reason).", hint: startHint(runtime))
        }
    }

    private static func startHint(_ runtime: String) -> String {
        if runtime == RuntimeDirectory.system { return "systemctl start holdfastd" }
        return "holdfastd --state DIR --runtime \(runtime), or name another node with --runtime"
    }

    private static func accessHint(_ socketPath: String, runtime: String) -> String {
        let isSystem = runtime == RuntimeDirectory.system
        var status = stat()
        guard lstat(socketPath, &status) == 0 else {
            return isSystem
                ? "run it as root, or ask to be added to the group holdfast-admin"
                : "ask the owner of the node; its directory is closed to you"
        }
        // The daemon's own user holds no role on the system's node.
        return accessHint(
            user: isSystem ? "root" : SystemNames.user(status.st_uid), group: status.st_mode & S_IWGRP != 0 ? status.st_gid : nil)
    }

    /// - Parameter group: the one that may write to the socket. To be in root's is never the advice.
    static func accessHint(user: String, group: UInt32?) -> String {
        guard let group, group != 0 else { return "run it as \(user)" }
        return "run it as \(user), or ask to be added to the group \(SystemNames.group(group))"
    }
}
