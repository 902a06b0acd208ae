/// Where a node's sockets are when nobody says otherwise: one rule for the daemon and the command line.
public enum RuntimeDirectory {
    public static let environmentKey = "HOLDFAST_RUNTIME"
    /// Where the system's own node has its sockets; systemd makes it (`RuntimeDirectory=holdfast`).
    public static let system = "/run/holdfast"

    /// The directory a daemon started by `uid` uses: `/run/holdfast` for root, else `${XDG_RUNTIME_DIR}/holdfast`, else
    /// `/tmp/holdfast-UID`, whose owner must be checked before it is used because anyone may have made it.
    public static func standard(uid: UInt32, environment: [String: String]) -> String {
        if uid == 0 { return system }
        if let base = XDG.directory("XDG_RUNTIME_DIR", in: environment) { return base + "/holdfast" }
        return "/tmp/holdfast-\(uid)"
    }

    /// Where a client started by `uid` looks, first match wins: a node of its own, then the system's.
    public static func candidates(uid: UInt32, environment: [String: String]) -> [String] {
        let own = standard(uid: uid, environment: environment)
        return own == system ? [own] : [own, system]
    }
}
