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
