/// The layers around an engine that depend on the kernel and on who we are. Those that every Linux has (no new privileges, limits, an empty
/// environment, closed descriptors, death with the daemon) are not optional and not here.
public struct EngineConfinement: Sendable, Equatable {
    /// What happens where a layer is missing.
    public enum Level: String, Sendable, CaseIterable {
        /// No engine is started.
        case required
        /// The engine is started without it, and says so in its log.
        case bestEffort = "best_effort"
        case off
    }

    /// A user beside the daemon's own. The daemon must be root to become it.
    public struct User: Sendable, Equatable {
        public var uid: UInt32
        public var gid: UInt32

        public init(uid: UInt32, gid: UInt32) {
            self.uid = uid
            self.gid = gid
        }
    }

    public var landlock = Level.required
    /// The oldest version of Landlock's interface that will do.
    public var landlockVersion = 1
    public var seccomp = Level.required
    /// Whether an engine may run as the daemon's own user; `bestEffort` is the development form.
    public var ownUser = Level.bestEffort
    public var user: User?

    public init() {}

    /// For tests of what an unconfined process does.
    public static let off: EngineConfinement = {
        var confinement = EngineConfinement()
        (confinement.landlock, confinement.seccomp, confinement.ownUser) = (.off, .off, .off)
        return confinement
    }()

    /// The words for `holdfast-confine`.
    var arguments: [String] {
        var words = ["--landlock", landlock.rawValue, "--landlock-abi", String(landlockVersion), "--seccomp", seccomp.rawValue]
        if let user { words += ["--user", "\(user.uid):\(user.gid)"] }
        return words
    }
}
