import Glibc
import HoldfastCore

/// Finds the directory of the node's sockets: `--runtime`, HOLDFAST_RUNTIME, else the first of ``RuntimeDirectory/candidates`` with a
/// node in it.
struct RuntimeLocator {
    let uid: UInt32
    let environment: [String: String]

    func directory(named option: String?) -> String {
        if let named = [option, environment[RuntimeDirectory.environmentKey]].compactMap({ $0 }).first(where: { !$0.isEmpty }) {
            return named.count > 1 && named.hasSuffix("/") ? String(named.dropLast()) : named
        }
        let candidates = RuntimeDirectory.candidates(uid: uid, environment: environment)
        return candidates.first { isTrusted($0) && hasSocket($0) } ?? candidates.first { isTrusted($0) || !exists($0) }
            ?? RuntimeDirectory.system
    }

    private func exists(_ directory: String) -> Bool {
        var status = stat()
        return lstat(directory, &status) == 0
    }

    /// Anyone can make a directory under /tmp and answer there in the node's place: it must be this user's or root's.
    private func isTrusted(_ directory: String) -> Bool {
        var status = stat()
        guard lstat(directory, &status) == 0, status.st_mode & S_IFMT == S_IFDIR else { return false }
        return status.st_uid == uid || status.st_uid == 0 || directory == RuntimeDirectory.system
    }

    private func hasSocket(_ directory: String) -> Bool {
        var status = stat()
        return lstat(directory + "/api.sock", &status) == 0 && status.st_mode & S_IFMT == S_IFSOCK
    }
}
