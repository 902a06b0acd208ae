import FoundationEssentials
import Glibc
import HoldfastCore

/// What the node's configuration asks of the machine. The daemon checks the file's every key; here only these few are looked for, so that
/// a file with a mistake elsewhere still gets its answer.
struct DoctorSettings {
    enum Level: String {
        case required
        case bestEffort = "best_effort"
        case off
    }

    var landlock = Level.required
    var landlockVersion: Int32 = 1
    var seccomp = Level.required
    var ownUser = Level.bestEffort
    var user: String?
    /// As it is written; looked at by ``LauncherCheck``.
    var launcher = "auto"
    var state = "/var/lib/holdfast"
    var runtime = RuntimeDirectory.system
    var cache = "/var/cache/holdfast"
    var policies: String?
    /// `engine.path`.
    var engine: String?

    init() {}

    /// - Throws: ``HoldfastError`` `file_unreadable` for a file that was named, `configuration_invalid`.
    init(file named: String?, environment: [String: String], uid: UInt32) throws {
        let usual = ConfigurationDirectory.standard(uid: uid, environment: environment).map { $0 + "/holdfast.yaml" }
        var entries: [String: ConfigurationFile.Entry] = [:]
        if let path = named ?? usual, named != nil || access(path, F_OK) == 0 {
            guard let data = try? Data(contentsOf: URL(filePath: path)), data.count <= 1 << 20 else {
                throw HoldfastError(
                    .fileUnreadable, "The configuration file '\(path)' cannot be read.", hint: "holdfast doctor --config FILE")
            }
            entries = try ConfigurationFile(parsing: String(decoding: data, as: UTF8.self), file: path).entries
        }
        func setting(_ key: String) -> String? {
            environment["HOLDFAST_" + key.uppercased().replacing(".", with: "_")] ?? entries[key]?.value
        }
        func value(_ key: String) -> String? { setting("confinement." + key) }
        func level(_ key: String, _ standard: Level) throws -> Level {
            guard let text = value(key) else { return standard }
            guard let level = Level(rawValue: text) else {
                throw HoldfastError(
                    .configurationInvalid, "'confinement.\(key)' must be required, best_effort or off; it is '\(text.prefix(40))'.",
                    hint: "docs/configuration.md lists all settings")
            }
            return level
        }
        landlock = try level("landlock", landlock)
        seccomp = try level("seccomp", seccomp)
        ownUser = try level("own_user", ownUser)
        landlockVersion = value("landlock_version").flatMap { Int32($0) } ?? landlockVersion
        user = value("user")
        launcher = environment["HOLDFAST_ENGINE_LAUNCHER"] ?? entries["engine.launcher"]?.value ?? launcher
        state = setting("state") ?? DefaultStateDirectory.standard(uid: uid, environment: environment) ?? state
        runtime = setting("runtime") ?? RuntimeDirectory.standard(uid: uid, environment: environment)
        cache = setting("cache") ?? CacheDirectory.standard(uid: uid, environment: environment) ?? cache
        policies = setting("policies") ?? ConfigurationDirectory.standard(uid: uid, environment: environment).map { $0 + "/policies" }
        engine = setting("engine.path")
    }
}
