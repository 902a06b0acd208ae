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
