/// How metadata files are named, relative to the repository's URL of metadata.
public enum TUFMetadataFile {
    /// `ROLE.json`, the role percent-encoded: the name it is stored under, and of a file without consistent snapshots.
    public static func name(of role: String) -> String { PercentEncoding.encode(role) + ".json" }

    /// `VERSION.ROLE.json` (§5.5.1).
    public static func name(of role: String, version: Int) -> String { "\(version).\(name(of: role))" }
}
