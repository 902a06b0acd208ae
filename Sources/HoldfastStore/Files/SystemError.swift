import Glibc
import HoldfastCore

/// What a system call on a file said, in words for people.
enum SystemError {
    /// - Parameter code: `errno`, read right after the call.
    static func error(_ action: String, _ path: String, code: Int32 = errno) -> HoldfastError {
        let reason = strerror(code).map { String(cString: $0) } ?? "error \(code)"
        let detail = "\(path): errno \(code)"
        switch code {
        case ENOSPC, EDQUOT:
            return HoldfastError(
                .diskFull, "The disk is full: \(action) failed.", detail: detail,
                hint: "free space on the state directory's file system, or run: holdfast model prune")
        default:
            return HoldfastError(
                .fileUnreadable, "Cannot \(action): \(reason).", detail: detail, hint: "check owner, mode and disk of \(path)")
        }
    }
}
