import HoldfastCore
import HoldfastInference

/// The daemon's settings, read once at start. `docs/configuration.md` explains each.
struct NodeConfiguration: Sendable, Equatable {
    var state: String
    var runtime: String
    /// Nil: only the built-in roles and bindings.
    var policies: String?
    /// Run for the whole machine: uid 0 and the group `holdfast-admin` hold the roles, the daemon's own uid none.
    var system = false
    var cache: String
    var enginePath: String?
    var engineThreads: Int?
    var engineSlots = 4
    var engineContext = 4096
    var engineStallSeconds: Int64 = 30
    /// Of anonymous memory, for one engine; nil for seven eighths of the machine's.
    var engineMemoryBytes: Int64?
    var confinement = EngineConfinement()
    var launcher = EngineLaunching.Choice.auto
    /// Name or number; for engines that systemd starts.
    var engineGroup = "holdfast-engine"
    var quotaBytes: Int64?
    var reserveBytes: Int64 = 256 << 20
    var adminSocketMode: UInt32 = 0o660
    /// Names beside `localhost`, `127.0.0.1` and `[::1]` by which the loopback listener may be called.
    var loopbackHosts: [String] = []
    /// Whether requests there without a token are from the subject `loopback`.
    var loopbackSubject = false
    var maximumConnections = 4096
    var maximumConnectionsPerUID = 2048
    var idleSeconds: Int64 = 60
    var drainSeconds: Int64 = 20
    var audit = AuditSettings()
    var scheduler = SchedulerSettings()
    var prefixes = PrefixSettings()
    /// For the log.
    var warnings: [String] = []

    static let keys = Set([
        "state", "runtime", "policies", "system", "cache", "engine.path", "engine.threads", "engine.slots", "engine.context",
        "engine.load_stall_seconds", "engine.memory", "engine.launcher", "confinement.group",
        "storage.quota", "storage.reserve", "sockets.admin_mode", "sockets.loopback_hosts",
        "sockets.loopback_subject", "sockets.max_connections",
        "sockets.max_connections_per_uid", "sockets.idle_seconds", "drain_seconds",
        "prefix_cache.bytes", "prefix_cache.entry_bytes", "prefix_cache.idle_seconds", "prefix_cache.full_window",
    ]).union(AuditSettings.keys).union(EngineConfinement.keys).union(SchedulerSettings.keys)

    /// - Throws: ``HoldfastError`` `configuration_invalid` with the file and line, the variable or the flag at fault.
    init(_ reader: ConfigurationReader, uid: UInt32, environment: [String: String]) throws {
        system = try reader.flag("system") ?? system
        // The machine's node has the machine's folders, whatever user it runs as.
        let uid = system ? 0 : uid
        guard let state = try reader.path("state") ?? DefaultStateDirectory.standard(uid: uid, environment: environment) else {
            throw ConfigurationFailure.noHome("state")
        }
        self.state = state
        runtime = try reader.path("runtime") ?? RuntimeDirectory.standard(uid: uid, environment: environment)
        policies = try reader.path("policies")
        guard let cache = try reader.path("cache") ?? CacheDirectory.standard(uid: uid, environment: environment) else {
            throw ConfigurationFailure.noHome("cache")
        }
        self.cache = cache
        enginePath = try reader.path("engine.path")
        engineThreads = try reader.integer("engine.threads", in: 1...1024).map(Int.init)
        engineSlots = try reader.integer("engine.slots", in: 1...64).map(Int.init) ?? engineSlots
        engineContext = try reader.integer("engine.context", in: 64...4_194_304).map(Int.init) ?? engineContext
        engineStallSeconds = try reader.integer("engine.load_stall_seconds", in: 1...3600) ?? engineStallSeconds
        engineMemoryBytes = try reader.bytes("engine.memory")
        confinement = try EngineConfinement(reader)
        engineGroup = reader.string("confinement.group") ?? engineGroup
        if let text = reader.string("engine.launcher") {
            guard let choice = EngineLaunching.Choice(rawValue: text) else {
                throw HoldfastError(
                    .configurationInvalid, "'engine.launcher' must be auto, child or systemd; it is '\(text.prefix(40))'.",
                    hint: "docs/configuration.md lists all settings")
            }
            launcher = choice
        }
        quotaBytes = try reader.bytes("storage.quota")
        reserveBytes = try reader.bytes("storage.reserve") ?? reserveBytes
        adminSocketMode = try reader.mode("sockets.admin_mode") ?? adminSocketMode
        loopbackHosts =
            reader.string("sockets.loopback_hosts")?.split { $0 == "," || $0 == " " }.map { $0.lowercased() } ?? loopbackHosts
        loopbackSubject = try reader.flag("sockets.loopback_subject") ?? loopbackSubject
        maximumConnections = try reader.integer("sockets.max_connections", in: 8...1_000_000).map(Int.init) ?? maximumConnections
        maximumConnectionsPerUID =
            try reader.integer("sockets.max_connections_per_uid", in: 4...1_000_000).map(Int.init)
            ?? min(maximumConnectionsPerUID, maximumConnections)
        idleSeconds = try reader.integer("sockets.idle_seconds", in: 1...86_400) ?? idleSeconds
        audit = try AuditSettings(reader)
        scheduler = try SchedulerSettings(reader)
        prefixes.maximumBytes = try reader.bytes("prefix_cache.bytes") ?? prefixes.maximumBytes
        prefixes.maximumEntryBytes = try reader.bytes("prefix_cache.entry_bytes") ?? min(prefixes.maximumEntryBytes, prefixes.maximumBytes)
        prefixes.idle = try reader.integer("prefix_cache.idle_seconds", in: 1...86_400).map { .seconds($0) } ?? prefixes.idle
        prefixes.keepsFullWindow = try reader.flag("prefix_cache.full_window") ?? prefixes.keepsFullWindow
        prefixes.reservedBytes = reserveBytes
        drainSeconds = try reader.integer("drain_seconds", in: 0...3600) ?? drainSeconds
    }
}

enum ConfigurationFailure {
    static func noHome(_ key: String) -> HoldfastError {
        HoldfastError(
            .configurationInvalid, "There is no home directory to keep the node's \(key) in.", hint: "holdfastd --state DIR --runtime DIR")
    }
}
