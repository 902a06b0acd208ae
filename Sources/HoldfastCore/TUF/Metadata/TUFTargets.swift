/// Files that are published, and to whom the word on further ones is given (§4.5).
public struct TUFTargets: TUFMetadata, Hashable {
    static let type = "targets"

    public var header: TUFHeader
    /// By path.
    public private(set) var targets: [String: TUFTarget]
    public var delegations: TUFDelegations?

    public init(expires: TUFTime) {
        header = TUFHeader(expires: expires)
        targets = [:]
    }

    public mutating func set(_ target: TUFTarget) { targets[target.path] = target }
    public mutating func remove(_ path: String) { targets[path] = nil }

    init(header: TUFHeader, fields: inout TUFFields) throws {
        self.header = header
        targets = [:]
        for (path, value) in try fields.object("targets") { targets[path] = try TUFTarget(path: path, value, what: fields.what) }
        delegations = try fields.takeOptional("delegations").map { [what = fields.what] in try TUFDelegations($0, what: what) }
    }

    var members: [String: OLPCJSON] {
        var members: [String: OLPCJSON] = ["targets": .object(targets.mapValues(\.json))]
        members["delegations"] = delegations?.json
        return members
    }
}
