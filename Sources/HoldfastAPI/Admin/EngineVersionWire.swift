public import HoldfastCore

/// An engine that this node could run: `GET /holdfast/v1/engine-versions`, `holdfast engine list`.
public struct EngineVersionInfo: Codable, Sendable {
    /// What `holdfast engine use` takes: `configured`, `package:NAME`, `setup:NAME`, `sha256:HEX`.
    public var id: String
    public var name: String
    public var version: String
    /// Absolute; nil when it is not there.
    public var path: String?
    /// Of the executable; nil when it is not there.
    public var executable: SHA256Digest?
    /// All its files, of an installed one.
    public var bytes: Int64?
    /// Milliseconds since 1970, of an installed one.
    public var installedAt: Int64?
    /// Why it cannot be run; nil when it can.
    public var problem: String?
    /// New engines are started from it.
    public var inUse: Bool
    /// `holdfast engine rollback` goes back to it.
    public var previous: Bool

    public init(
        id: String, name: String, version: String, path: String? = nil, executable: SHA256Digest? = nil, bytes: Int64? = nil,
        installedAt: Int64? = nil, problem: String? = nil, inUse: Bool = false, previous: Bool = false
    ) {
        self.id = id
        self.name = name
        self.version = version
        self.path = path
        self.executable = executable
        self.bytes = bytes
        self.installedAt = installedAt
        self.problem = problem
        self.inUse = inUse
        self.previous = previous
    }

    enum CodingKeys: String, CodingKey {
        case id, name, version, path, executable, bytes, problem, previous
        case installedAt = "installed_at"
        case inUse = "in_use"
    }
}

public struct EngineVersionListBody: Codable, Sendable {
    /// What was chosen: an `id`, or `automatic`.
    public var choice: String
    /// What a rollback goes back to; nil where nothing was ever chosen.
    public var previous: String?
    public var engines: [EngineVersionInfo]

    public init(choice: String, previous: String?, engines: [EngineVersionInfo]) {
        self.choice = choice
        self.previous = previous
        self.engines = engines
    }
}

public struct EngineInstalledBody: Codable, Sendable {
    public var engine: EngineVersionInfo
    /// False when the same archive was installed already.
    public var created: Bool

    public init(engine: EngineVersionInfo, created: Bool) {
        self.engine = engine
        self.created = created
    }
}

public struct EngineUseBody: Codable, Sendable {
    /// An `id`, `automatic`, or the name of an installed engine.
    public var engine: String

    public init(engine: String) { self.engine = engine }
}

/// After `use` and `rollback`.
public struct EngineChosenBody: Codable, Sendable {
    public var choice: String
    public var previous: String?
    /// Loaded models whose engines finish what they do and then go; the next request starts the new one.
    public var draining: Int

    public init(choice: String, previous: String?, draining: Int) {
        self.choice = choice
        self.previous = previous
        self.draining = draining
    }
}

public struct EngineRemovedBody: Codable, Sendable {
    public var name: String
    public var digest: SHA256Digest

    public init(name: String, digest: SHA256Digest) {
        self.name = name
        self.digest = digest
    }
}

/// Of `POST /holdfast/v1/engine-versions`.
public enum EngineInstallKey {
    public static let name = "name"
    public static let digest = "digest"
}
