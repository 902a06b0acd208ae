/// How much a source may make a client fetch (§5: W, X, Y, Z and the numbers of roots and roles).
public struct TUFLimits: Sendable {
    /// Bytes of one root metadata file.
    public var rootBytes = 512 << 10
    public var timestampBytes = 16 << 10
    public var snapshotBytes = 2 << 20
    /// Of one targets metadata file, delegated ones too.
    public var targetsBytes = 8 << 20
    /// New roots in one update; the next goes on from there.
    public var roots = 256
    /// Roles looked at for one target.
    public var visitedRoles = 32

    public init() {}
}
