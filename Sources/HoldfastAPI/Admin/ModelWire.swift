public import HoldfastCore

/// A model as `admin.sock` shows it.
public struct ModelInfo: Codable, Sendable {
    public var name: String
    /// Every name the caller may read, `name` among them.
    public var names: [String]
    public var digest: SHA256Digest
    public var size: Int64
    public var state: Model.State
    public var loaded: Bool
    /// It is loaded at each start and stays.
    public var pinned: Bool
    /// Why it is not tried for now, after it failed too often in a row.
    public var failure: String?
    /// Milliseconds since 1970.
    public var addedAt: Int64
    public var verifiedAt: Int64
    public var description: ModelDescription
    /// Where one model is shown; nil in lists.
    public var pinnedPrompts: [PinnedPromptInfo]?
    /// What `model tune` chose last; nil in lists, and where nothing was.
    public var tuning: TuningInfo?

    public init(_ model: Model, names: [ModelName], loaded: Bool, pinned: Bool = false, failure: String? = nil) {
        self.name = (names.contains(model.name) ? model.name : names.first ?? model.name).description
        self.names = names.map(\.description)
        self.digest = model.digest
        self.size = model.size
        self.state = model.state
        self.loaded = loaded
        self.pinned = pinned
        self.failure = failure
        self.addedAt = model.addedAt
        self.verifiedAt = model.verifiedAt
        self.description = model.description
    }

    enum CodingKeys: String, CodingKey {
        case name, names, digest, size, state, loaded, pinned, failure, description, tuning
        case addedAt = "added_at"
        case verifiedAt = "verified_at"
        case pinnedPrompts = "pinned_prompts"
    }
}

/// `GET /holdfast/v1/models`.
public struct ModelListBody: Codable, Sendable {
    public var models: [ModelInfo]
    public init(models: [ModelInfo]) { self.models = models }
}

/// `POST /holdfast/v1/models/{name}`: what was stored. The file itself is the request's body.
public struct ModelAddedBody: Codable, Sendable {
    public var model: ModelInfo
    /// False when the same file under the same name was there before.
    public var created: Bool

    public init(model: ModelInfo, created: Bool) {
        self.model = model
        self.created = created
    }
}

/// `POST /holdfast/v1/models/{name}/aliases`.
public struct AliasBody: Codable, Sendable {
    public var alias: String
    public init(alias: String) { self.alias = alias }
}

/// `DELETE /holdfast/v1/models/{name}`.
public struct ModelRemovedBody: Codable, Sendable {
    public var name: String
    public var digest: SHA256Digest
    /// True when the last name went and the file with it.
    public var fileDeleted: Bool
    public var freedBytes: Int64

    public init(name: String, digest: SHA256Digest, fileDeleted: Bool, freedBytes: Int64) {
        self.name = name
        self.digest = digest
        self.fileDeleted = fileDeleted
        self.freedBytes = freedBytes
    }

    enum CodingKeys: String, CodingKey {
        case name, digest
        case fileDeleted = "file_deleted"
        case freedBytes = "freed_bytes"
    }
}

/// One line of the NDJSON stream that verifying answers with: progress lines, a line per model, and `done` last.
public struct VerifyLine: Codable, Sendable {
    public enum Status: String, Codable, Sendable {
        case ok
        case corrupt
        case missing
    }

    public struct Progress: Codable, Sendable {
        public var name: String
        public var bytes: Int64
        public var total: Int64

        public init(name: String, bytes: Int64, total: Int64) {
            self.name = name
            self.bytes = bytes
            self.total = total
        }
    }

    public struct Result: Codable, Sendable {
        public var name: String
        public var digest: SHA256Digest
        public var status: Status
        /// What the file hashes to, when that is not its digest.
        public var actual: SHA256Digest?

        public init(name: String, digest: SHA256Digest, status: Status, actual: SHA256Digest?) {
            self.name = name
            self.digest = digest
            self.status = status
            self.actual = actual
        }
    }

    public var progress: Progress?
    public var result: Result?
    public var done: Bool?
    public var error: ErrorBody.Fields?

    public init(progress: Progress? = nil, result: Result? = nil, done: Bool? = nil, error: ErrorBody.Fields? = nil) {
        self.progress = progress
        self.result = result
        self.done = done
        self.error = error
    }
}

/// `POST /holdfast/v1/prune`.
public struct PrunedBody: Codable, Sendable {
    public var files: Int
    public var bytes: Int64

    public init(files: Int, bytes: Int64) {
        self.files = files
        self.bytes = bytes
    }
}

/// `POST …/load` and `…/unload`.
public struct LoadBody: Codable, Sendable {
    public enum Status: String, Codable, Sendable {
        case loaded
        case alreadyLoaded = "already_loaded"
        case unloaded
        case notLoaded = "not_loaded"
    }

    public var name: String
    public var status: Status

    public init(name: String, status: Status) {
        self.name = name
        self.status = status
    }
}
