/// What timestamp and snapshot say of a metadata file (§4.4, METAFILES).
public struct TUFMetaFile: Hashable, Sendable {
    public var version: Int
    public var length: Int?
    public var hashes: TUFHashes?
    var other: [String: OLPCJSON] = [:]

    /// Of a file at hand, with both.
    init(version: Int, of bytes: [UInt8]) {
        self.version = version
        length = bytes.count
        hashes = TUFHashes(of: bytes)
    }

    init(_ value: OLPCJSON, what: String) throws {
        var fields = try TUFFields(value, what: what)
        version = try fields.integer("version", atLeast: 1)
        length = try fields.optionalInteger("length", atLeast: 0)
        hashes = try fields.takeOptional("hashes").map {
            guard let members = $0.objectValue else { throw fields.refused("'hashes' is not an object") }
            return try TUFHashes(members, what: what)
        }
        other = fields.rest
    }

    var json: OLPCJSON {
        var members = other
        members["version"] = .integer(version)
        members["length"] = length.map { .integer($0) }
        members["hashes"] = hashes?.json
        return .object(members)
    }

    /// The length and hashes it names, if any (§5.5.2, §5.6.2).
    func check(_ bytes: [UInt8], name: String) throws {
        var check = try TUFFileCheck(what: name, length: length, hashes: hashes, code: .metadataInvalid)
        try check.update(bytes)
        try check.finish()
    }
}
