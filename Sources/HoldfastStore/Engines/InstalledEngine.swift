public import HoldfastCore

/// An engine that was installed from an archive.
public struct InstalledEngine: Hashable, Sendable {
    /// SHA-256 of the tar archive.
    public var digest: SHA256Digest
    public var name: String
    /// As the engine itself says it.
    public var version: String
    public var program: EngineFiles.File
    public var files: EngineFiles
    /// Milliseconds since 1970.
    public var installed: Int64

    public init(digest: SHA256Digest, name: String, version: String, program: EngineFiles.File, files: EngineFiles, installed: Int64) {
        self.digest = digest
        self.name = name
        self.version = version
        self.program = program
        self.files = files
        self.installed = installed
    }
}

/// What is installed, and which engine is to be used.
public struct EngineSelection: Hashable, Sendable {
    /// By name.
    public var builds: [InstalledEngine]
    public var choice: EngineChoice
    /// What a rollback goes back to; nil where nothing was ever chosen.
    public var previous: EngineChoice?
    /// Milliseconds since 1970; nil where nothing was ever chosen.
    public var chosenAt: Int64?

    public init(builds: [InstalledEngine] = [], choice: EngineChoice = .automatic, previous: EngineChoice? = nil, chosenAt: Int64? = nil) {
        self.builds = builds
        self.choice = choice
        self.previous = previous
        self.chosenAt = chosenAt
    }

    public func build(_ digest: SHA256Digest) -> InstalledEngine? { builds.first { $0.digest == digest } }
}
