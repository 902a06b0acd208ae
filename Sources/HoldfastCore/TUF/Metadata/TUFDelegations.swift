import HoldfastCrypto

/// To whom a targets role gives the word on some paths (§4.5, DELEGATIONS).
public struct TUFDelegations: Hashable, Sendable {
    public private(set) var keys: [String: TUFKey]
    /// In the order in which they are asked.
    public private(set) var roles: [TUFDelegatedRole]
    private var other: [String: OLPCJSON] = [:]

    public init() {
        keys = [:]
        roles = []
    }

    /// Adds a role at the end, or replaces the one of this name where it stands.
    public mutating func set(_ role: TUFDelegatedRole, keys: [TUFKey]) {
        for key in keys { self.keys[key.id] = key }
        if let index = roles.firstIndex(where: { $0.name == role.name }) { roles[index] = role } else { roles.append(role) }
        let used = Set(roles.flatMap(\.keys.keyIDs))
        self.keys = self.keys.filter { used.contains($0.key) }
    }

    init(_ value: OLPCJSON, what: String) throws {
        let what = what + ".delegations"
        var fields = try TUFFields(value, what: what)
        keys = try fields.object("keys").mapValues { try TUFKey($0, what: what) }
        guard let list = try fields.take("roles").arrayValue else { throw fields.refused("'roles' is not a list") }
        roles = try list.map { try TUFDelegatedRole($0, what: what) }
        guard Set(roles.map(\.name)).count == roles.count else { throw fields.refused("a role is listed twice") }
        other = fields.rest
    }

    var json: OLPCJSON {
        .object(other.merging(["keys": .object(keys.mapValues(\.json)), "roles": .array(roles.map(\.json))]) { $1 })
    }

    func keyring(of role: TUFDelegatedRole) -> TUFKeyring { TUFKeyring(role.keys, keys: keys) }

    /// Roles that are trusted with this path, in order.
    func roles(for path: String) -> [TUFDelegatedRole] {
        let digest = Hex.encode(SHA256.hash(Array(path.utf8)))
        return roles.filter { $0.paths.contains(path, digest: digest) }
    }
}
