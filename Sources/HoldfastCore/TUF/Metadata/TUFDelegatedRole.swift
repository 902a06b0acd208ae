/// A delegated targets role.
public struct TUFDelegatedRole: Hashable, Sendable {
    /// Which paths a role is trusted with.
    public enum Paths: Hashable, Sendable {
        case patterns([String])
        /// The first hexadecimal digits of the SHA-256 of a path: hash bins.
        case hashPrefixes([String])

        func contains(_ path: String, digest: String) -> Bool {
            switch self {
            case .patterns(let patterns): patterns.contains { TUFPathPattern.matches(path, $0) }
            case .hashPrefixes(let prefixes): prefixes.contains { digest.hasPrefix($0.lowercased()) }
            }
        }
    }

    public let name: String
    public var keys: TUFRoleKeys
    public var paths: Paths
    /// Whether nobody after this role is asked for its paths.
    public var isTerminating: Bool
    private var other: [String: OLPCJSON] = [:]

    /// - Throws: ``HoldfastError`` `metadata_invalid` for a name that cannot be one.
    public init(_ name: String, keys: TUFRoleKeys, paths: Paths, isTerminating: Bool = false) throws {
        try Self.check(name: name, what: "delegations")
        self.name = name
        self.keys = keys
        self.paths = paths
        self.isTerminating = isTerminating
    }

    init(_ value: OLPCJSON, what: String) throws {
        var fields = try TUFFields(value, what: what)
        name = try fields.string("name")
        try Self.check(name: name, what: what)
        keys = try TUFRoleKeys(&fields)
        isTerminating = try fields.optionalBool("terminating") ?? false
        let patterns = try fields.optionalStrings("paths")
        let prefixes = try fields.optionalStrings("path_hash_prefixes")
        guard patterns == nil || prefixes == nil else { throw fields.refused("a role has both 'paths' and 'path_hash_prefixes'") }
        paths = prefixes.map { .hashPrefixes($0) } ?? .patterns(patterns ?? [])
        other = fields.rest
    }

    var json: OLPCJSON {
        var members = other.merging(keys.members) { $1 }.merging(["name": .string(name), "terminating": .bool(isTerminating)]) { $1 }
        switch paths {
        case .patterns(let patterns): members["paths"] = .array(patterns.map { .string($0) })
        case .hashPrefixes(let prefixes): members["path_hash_prefixes"] = .array(prefixes.map { .string($0) })
        }
        return .object(members)
    }

    /// A role's name becomes the name of a file, percent-encoded. One of the four top-level names would stand in for that role's file.
    private static func check(name: String, what: String) throws {
        guard !name.isEmpty, TUFMetadataFile.name(of: name).utf8.count <= 240, TUFRoot.Role(rawValue: name) == nil else {
            throw HoldfastError.metadata(what, "no delegated role can have the name '\(name.prefix(80))'")
        }
    }
}
