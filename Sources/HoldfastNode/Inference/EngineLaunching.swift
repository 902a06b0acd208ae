import CDispatch
import Glibc
import HoldfastCore
import HoldfastHTTP
import HoldfastInference

/// Who starts engines on this node, and how they come to their folders. Chosen once, at start.
struct EngineLaunching: Sendable {
    enum Choice: String, Sendable, CaseIterable {
        /// systemd for the whole machine's node, where it listens for it; else a child.
        case auto
        /// The daemon itself.
        case child
        /// `holdfast-engine.socket`.
        case systemd
    }

    let kind: Choice
    let launcher: any EngineLauncher
    let access: EngineAccess

    /// Where `holdfast-engine.socket` listens.
    static func socket(runtime: String) -> String { runtime + "/engine.sock" }

    /// - Parameter programs: the folder of `holdfast-confine`.
    /// - Throws: ``HoldfastError`` `configuration_invalid`.
    init(_ configuration: NodeConfiguration, programs: String) throws {
        var confinement = configuration.confinement
        let socket = Self.socket(runtime: configuration.runtime)
        let isOffered = configuration.system && confinement.user == nil && Self.isSocket(socket)
        guard configuration.launcher == .systemd || configuration.launcher == .auto && isOffered else {
            kind = .child
            launcher = DirectChildLauncher(confinePath: programs + "/holdfast-confine", confinement: confinement)
            access = confinement.user.map(EngineAccess.owner) ?? .daemon
            return
        }
        guard confinement.user == nil else {
            throw Self.refusal(
                "'confinement.user' is for engines that the node starts itself; with systemd, holdfast-engine@.service names it.")
        }
        kind = .systemd
        confinement.user = nil
        launcher = UnitLauncher(socketPath: socket, confinement: confinement)
        access = .group(try Self.group(configuration.engineGroup))
    }

    /// A group that the daemon is in: only to such a one can it give files.
    private static func group(_ name: String) throws -> UInt32 {
        guard let group = SystemNames.groupID(name) ?? UInt32(name) else {
            throw refusal("'confinement.group': this system has no group '\(name.prefix(40))'.", hint: "systemd-sysusers")
        }
        guard geteuid() == 0 || getegid() == group || groups.contains(group) else {
            throw refusal(
                "holdfastd is not in the group '\(name.prefix(40))', through which it shares files with engines.",
                hint: "SupplementaryGroups= in holdfastd.service")
        }
        return group
    }

    private static var groups: [gid_t] {
        let count = getgroups(0, nil)
        guard count > 0 else { return [] }
        var groups = [gid_t](repeating: 0, count: Int(count))
        let filled = getgroups(count, &groups)
        return Array(groups.prefix(Int(max(0, filled))))
    }

    private static func isSocket(_ path: String) -> Bool {
        var status = stat()
        return lstat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFSOCK
    }

    private static func refusal(_ message: String, hint: String = "docs/configuration.md lists all settings") -> HoldfastError {
        HoldfastError(.configurationInvalid, message, hint: hint)
    }
}
