/// Which keys sign for a role, and how many of them must (§4.3).
public struct TUFRoleKeys: Hashable, Sendable {
    public var keyIDs: [String]
    /// From 1 on.
    public var threshold: Int
    /// Members unknown here.
    public var other: [String: OLPCJSON] = [:]

    public init(_ keys: [TUFKey], threshold: Int) {
        keyIDs = keys.map(\.id)
        self.threshold = threshold
    }

    init(_ fields: inout TUFFields) throws {
        keyIDs = try fields.strings("keyids")
        guard Set(keyIDs).count == keyIDs.count else { throw fields.refused("a key is listed twice") }
        threshold = try fields.integer("threshold", atLeast: 1)
    }

    var members: [String: OLPCJSON] {
        other.merging(["keyids": .array(keyIDs.map { .string($0) }), "threshold": .integer(threshold)]) { $1 }
    }
}
