/// Where a node keeps its registry, blobs and audit trail when nobody says otherwise.
public enum DefaultStateDirectory {
    public static let environmentKey = "HOLDFAST_STATE"

    /// `/var/lib/holdfast` for root, `${XDG_STATE_HOME:-~/.local/state}/holdfast` otherwise.
    /// - Returns: nil when neither XDG_STATE_HOME nor HOME is an absolute path.
    public static func standard(uid: UInt32, environment: [String: String]) -> String? {
        if uid == 0 { return "/var/lib/holdfast" }
        if let base = XDG.directory("XDG_STATE_HOME", in: environment) { return base + "/holdfast" }
        return XDG.directory("HOME", in: environment).map { $0 + "/.local/state/holdfast" }
    }
}
