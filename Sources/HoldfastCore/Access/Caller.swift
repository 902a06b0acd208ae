/// Who is at the other end of a connection, as the kernel said when the connection was accepted. Fixed for the connection's lifetime.
///
/// (The design calls this an actor; Swift has taken that word.)
public struct Caller: Hashable, Sendable {
    /// The kernel's answer for an id that has no meaning in our user namespace (`/proc/sys/kernel/overflowuid`).
    public static let overflowID: UInt32 = 65534

    public let uid: UInt32
    public let gid: UInt32
    /// A hint only: the process may be gone and its number taken.
    public let pid: Int32
    /// Supplementary groups, ascending, without the overflow gid.
    public let groups: [UInt32]
    public let socket: SocketKind

    public init(uid: UInt32, gid: UInt32, pid: Int32, groups: [UInt32], socket: SocketKind) {
        self.uid = uid
        self.gid = gid
        self.pid = pid
        self.groups = Set(groups).filter { $0 != Self.overflowID }.sorted()
        self.socket = socket
    }

    /// The primary and supplementary groups that may be matched by a policy.
    public var allGroups: [UInt32] { gid == Self.overflowID ? groups : [gid] + groups }
}

/// The socket a caller came through. An operation exists on exactly the sockets its row names.
public enum SocketKind: String, Codable, CaseIterable, Sendable {
    case api
    case admin
    /// The daemon itself: engines that exit, checkpoints, start and stop.
    case `internal`
}
