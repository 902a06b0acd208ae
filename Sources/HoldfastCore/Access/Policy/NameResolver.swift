/// How names of users and groups become numbers. Handed in, because this layer asks nothing of the system it runs on.
public struct NameResolver: Sendable {
    /// The uid of a user, or nil when there is no such user.
    public let user: @Sendable (String) -> UInt32?
    /// The gid of a group, or nil when there is no such group.
    public let group: @Sendable (String) -> UInt32?

    /// The groups this machine gives to a uid; a process may be in others.
    public let groups: @Sendable (UInt32) -> [UInt32]

    /// The rules of a time zone, by its IANA name, or nil when there is no such zone.
    public let zone: @Sendable (String) -> TimeZoneRules?

    public init(
        user: @escaping @Sendable (String) -> UInt32?, group: @escaping @Sendable (String) -> UInt32?,
        groups: @escaping @Sendable (UInt32) -> [UInt32] = { _ in [] },
        zone: @escaping @Sendable (String) -> TimeZoneRules? = { $0 == "UTC" ? .utc : nil }
    ) {
        self.user = user
        self.group = group
        self.groups = groups
        self.zone = zone
    }

    func resolve(_ subject: Subject) -> Principal? {
        switch subject {
        case .uid(let id): .uid(id)
        case .gid(let id): .gid(id)
        case .user(let name): user(name).map(Principal.uid)
        case .group(let name): group(name).map(Principal.gid)
        // They exist when somebody makes them; a policy may come first.
        case .token(let name): .token(name)
        case .app(let name): .app(name)
        case .loopback: .loopback
        }
    }
}
