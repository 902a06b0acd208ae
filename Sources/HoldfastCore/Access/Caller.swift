/// Who is at the other end of a connection, as the kernel said when the connection was accepted, fixed for the connection's lifetime; on
/// the loopback listener, where the kernel says nothing, as each request proves.
///
/// (The design calls this an actor; Swift has taken that word.)
public struct Caller: Hashable, Sendable {
    /// The kernel's answer for an id that has no meaning in our user namespace (`/proc/sys/kernel/overflowuid`).
    public static let overflowID: UInt32 = 65534

    /// In the place of uid and gid for a caller that only its ``subject`` names. It is `(uid_t)-1`, which no process has, no policy can
    /// name and no binding matches.
    public static let noID: UInt32 = .max

    public let uid: UInt32
    public let gid: UInt32
    /// A hint only: the process may be gone and its number taken.
    public let pid: Int32
    /// Supplementary groups, ascending, without the overflow gid.
    public let groups: [UInt32]
    public let socket: SocketKind
    /// What names the caller beside the kernel's ids or in their place; nil for a caller on the node's own sockets.
    public let subject: NamedSubject?

    public init(uid: UInt32, gid: UInt32, pid: Int32, groups: [UInt32], socket: SocketKind, subject: NamedSubject? = nil) {
        self.uid = uid
        self.gid = gid
        self.pid = pid
        self.groups = Set(groups).filter { $0 != Self.overflowID }.sorted()
        self.socket = socket
        self.subject = subject
    }

    /// A caller that nothing but its subject names.
    public init(_ subject: NamedSubject, pid: Int32 = 0, socket: SocketKind) {
        self.init(uid: Self.noID, gid: Self.noID, pid: pid, groups: [], socket: socket, subject: subject)
    }

    /// Whose work this is: the subject's text, else `uid:N`. What is kept apart for callers (cached prefixes, counts) is kept apart by it.
    public var tenant: String { subject?.description ?? "uid:\(uid)" }

    /// Whether this is certainly somebody else than the process of a uid: for what takes two. Only the kernel's word counts; whoever is named
    /// by a token or a socket might be anybody, also the one that it is to be told from, and two tokens may have one holder.
    /// - Parameter uid: of the other; ``noID`` for one without.
    public func isSurelyAnother(than uid: Int64) -> Bool {
        subject == nil && ![Int64(self.uid), Int64(Self.noID), Int64(Self.overflowID)].contains(uid) && self.uid != Self.noID
            && self.uid != Self.overflowID
    }

    /// The same in a sentence: `token:kiosk`, `uid 1001`.
    var shown: String { subject?.description ?? "uid \(uid)" }

    /// The primary and supplementary groups that may be matched by a policy.
    public var allGroups: [UInt32] { gid == Self.overflowID || gid == Self.noID ? groups : [gid] + groups }
}

/// The socket a caller came through. An operation exists on exactly the sockets its row names.
public enum SocketKind: String, Codable, CaseIterable, Sendable {
    case api
    case admin
    /// The central catalog's listeners.
    case catalog
    /// The daemon itself: engines that exit, checkpoints, start and stop.
    case `internal`
}
