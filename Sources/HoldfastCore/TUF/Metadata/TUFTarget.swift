/// A published file.
public struct TUFTarget: Hashable, Sendable {
    public let path: String
    public let length: Int
    public let hashes: TUFHashes
    /// What the publisher says of it besides: opaque to TUF.
    public let custom: [String: OLPCJSON]?
    private var other: [String: OLPCJSON] = [:]

    public init(path: String, length: Int, hashes: TUFHashes, custom: [String: OLPCJSON]? = nil) {
        self.path = path
        self.length = length
        self.hashes = hashes
        self.custom = custom
    }

    init(path: String, _ value: OLPCJSON, what: String) throws {
        var fields = try TUFFields(value, what: what + ".targets")
        self.path = path
        length = try fields.integer("length", atLeast: 0)
        hashes = try TUFHashes(fields.object("hashes"), what: what + ".targets")
        custom = try fields.takeOptional("custom").map {
            guard let members = $0.objectValue else { throw fields.refused("'custom' is not an object") }
            return members
        }
        other = fields.rest
    }

    var json: OLPCJSON {
        var members = other.merging(["length": .integer(length), "hashes": hashes.json]) { $1 }
        members["custom"] = custom.map { .object($0) }
        return .object(members)
    }
}
