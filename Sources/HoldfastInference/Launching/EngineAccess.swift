/// How an engine comes to the folders that the daemon makes for it.
public enum EngineAccess: Sendable, Equatable {
    /// It is the daemon's own user.
    case daemon
    /// The daemon is root and gives them away.
    case owner(EngineConfinement.User)
    /// It has another user, and both are in this group: an unprivileged daemon can give a file to a group of its own, and to no user.
    ///
    /// All engines are in it. That one does not look into another's folders is Landlock's doing, not the group's.
    case group(UInt32)
}
