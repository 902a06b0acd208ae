/// The root of trust: the keys of the four top-level roles (§4.3).
public struct TUFRoot: TUFMetadata, Hashable {
    public enum Role: String, CaseIterable, Sendable { case root, timestamp, snapshot, targets }

    static let type = "root"
    public var header: TUFHeader
    /// Whether files are named with their version or hash; nil is false.
    public var consistentSnapshot: Bool?
    /// By id, as listed.
    public private(set) var keys: [String: TUFKey]
    private var roles: [Role: TUFRoleKeys]
    /// Roles beyond the four: `mirrors`.
    private var otherRoles: [String: OLPCJSON] = [:]

    /// - Parameter roles: all four.
    public init(expires: TUFTime, roles: [Role: (keys: [TUFKey], threshold: Int)]) {
        header = TUFHeader(expires: expires)
        consistentSnapshot = true
        keys = [:]
        self.roles = [:]
        for (role, value) in roles { set(value.keys, threshold: value.threshold, for: role) }
    }

    public func keys(of role: Role) -> TUFRoleKeys { roles[role] ?? TUFRoleKeys([], threshold: 1) }

    /// Replaces a role's keys; keys that no role lists any more are dropped.
    public mutating func set(_ keys: [TUFKey], threshold: Int, for role: Role) {
        roles[role] = TUFRoleKeys(keys, threshold: threshold)
        for key in keys { self.keys[key.id] = key }
        let used = Set(roles.values.flatMap(\.keyIDs))
        self.keys = self.keys.filter { used.contains($0.key) }
    }

    init(header: TUFHeader, fields: inout TUFFields) throws {
        self.header = header
        consistentSnapshot = try fields.optionalBool("consistent_snapshot")
        keys = try fields.object("keys").mapValues { try TUFKey($0, what: Self.type) }
        var list = try fields.object("roles")
        roles = [:]
        for role in Role.allCases {
            guard let value = list.removeValue(forKey: role.rawValue) else { throw fields.refused("it has no role '\(role.rawValue)'") }
            var entry = try TUFFields(value, what: "root.roles.\(role.rawValue)")
            var keys = try TUFRoleKeys(&entry)
            keys.other = entry.rest
            roles[role] = keys
        }
        otherRoles = list
    }

    var members: [String: OLPCJSON] {
        var list = otherRoles
        for (role, keys) in roles { list[role.rawValue] = .object(keys.members) }
        var members: [String: OLPCJSON] = ["keys": .object(keys.mapValues(\.json)), "roles": .object(list)]
        members["consistent_snapshot"] = consistentSnapshot.map { .bool($0) }
        return members
    }

    func keyring(of role: Role) -> TUFKeyring { TUFKeyring(keys(of: role), keys: keys) }

    /// Whether a key of this role no longer counts in `next`: a rotation, which ends the trust in what it signed (§5.3.11).
    func revokesKeys(of role: Role, in next: TUFRoot) -> Bool {
        !Set(keys(of: role).keyIDs).isSubset(of: next.keys(of: role).keyIDs)
    }
}
