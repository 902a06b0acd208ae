/// The XDG Base Directory Specification: a path that is empty or not absolute is to be ignored.
enum XDG {
    static func directory(_ key: String, in environment: [String: String]) -> String? {
        guard var path = environment[key], path.hasPrefix("/") else { return nil }
        while path.count > 1, path.hasSuffix("/") { path.removeLast() }
        return path
    }
}

/// Where `scripts/setup` keeps engines and models: the rule is the same there.
public enum CacheDirectory {
    /// `/var/cache/holdfast` for root, `${XDG_CACHE_HOME:-~/.cache}/holdfast` otherwise.
    public static func standard(uid: UInt32, environment: [String: String]) -> String? {
        if uid == 0 { return "/var/cache/holdfast" }
        if let base = XDG.directory("XDG_CACHE_HOME", in: environment) { return base + "/holdfast" }
        return XDG.directory("HOME", in: environment).map { $0 + "/.cache/holdfast" }
    }
}

/// Where policies and the configuration file are.
public enum ConfigurationDirectory {
    /// `/etc/holdfast` for root, `${XDG_CONFIG_HOME:-~/.config}/holdfast` otherwise.
    public static func standard(uid: UInt32, environment: [String: String]) -> String? {
        if uid == 0 { return "/etc/holdfast" }
        if let base = XDG.directory("XDG_CONFIG_HOME", in: environment) { return base + "/holdfast" }
        return XDG.directory("HOME", in: environment).map { $0 + "/.config/holdfast" }
    }
}
