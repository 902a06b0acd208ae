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

/// Which version of the snapshot is the newest (§4.6).
public struct TUFTimestamp: TUFMetadata, Hashable {
    static let type = "timestamp"
    private static let file = TUFSnapshot.type + ".json"

    public var header: TUFHeader
    public var snapshot: TUFMetaFile
    private var otherFiles: [String: OLPCJSON] = [:]

    init(expires: TUFTime, snapshot: TUFMetaFile) {
        header = TUFHeader(expires: expires)
        self.snapshot = snapshot
    }

    init(header: TUFHeader, fields: inout TUFFields) throws {
        self.header = header
        var files = try fields.object("meta")
        guard let value = files.removeValue(forKey: Self.file) else { throw fields.refused("'meta' has no '\(Self.file)'") }
        snapshot = try TUFMetaFile(value, what: "timestamp.meta")
        otherFiles = files
    }

    var members: [String: OLPCJSON] { ["meta": .object(otherFiles.merging([Self.file: snapshot.json]) { $1 })] }
}

/// Which version of each targets metadata belongs together (§4.4).
public struct TUFSnapshot: TUFMetadata, Hashable {
    static let type = "snapshot"

    public var header: TUFHeader
    /// By name of the file: `targets.json`, `ROLE.json`.
    public var files: [String: TUFMetaFile]

    init(expires: TUFTime, files: [String: TUFMetaFile]) {
        header = TUFHeader(expires: expires)
        self.files = files
    }

    init(header: TUFHeader, fields: inout TUFFields) throws {
        self.header = header
        files = try fields.object("meta").mapValues { try TUFMetaFile($0, what: "snapshot.meta") }
    }

    var members: [String: OLPCJSON] { ["meta": .object(files.mapValues(\.json))] }

    public func file(of role: String) -> TUFMetaFile? { files[role + ".json"] }
}
