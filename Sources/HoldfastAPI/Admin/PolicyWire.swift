/// One policy file: in `POST /holdfast/v1/access/policy`, `/diff`, and in what is shown.
public struct PolicyFileBody: Codable, Sendable {
    /// An absolute path; decisions and records name it with a line.
    public var name: String
    public var text: String

    public init(name: String, text: String) {
        self.name = name
        self.text = text
    }
}

/// `POST /holdfast/v1/access/policy`. The files are the whole policy, not an addition to it.
public struct PolicyApplyBody: Codable, Sendable {
    /// Nil: the daemon's own directory.
    public var files: [PolicyFileBody]?

    public init(files: [PolicyFileBody]?) { self.files = files }
}

/// The answer of apply and rollback.
public struct PolicyAppliedBody: Codable, Sendable {
    public var generation: PolicyGenerationBody
    /// False when the files were those of the generation that rules: it rules on, and names were looked up again.
    public var isNew: Bool
    public var warnings: [String]

    public init(generation: PolicyGenerationBody, isNew: Bool, warnings: [String]) {
        self.generation = generation
        self.isNew = isNew
        self.warnings = warnings
    }

    enum CodingKeys: String, CodingKey {
        case generation, warnings
        case isNew = "new"
    }
}

public struct PolicyRollbackBody: Codable, Sendable {
    public var generation: Int64

    public init(generation: Int64) { self.generation = generation }
}

/// What is known of a generation. Milliseconds since 1970.
public struct PolicyGenerationBody: Codable, Sendable {
    public var number: Int64
    public var digest: String
    public var authorUID: UInt32
    /// `start`, `signal`, `apply` or `rollback`.
    public var source: String
    /// Of a rollback: the generation whose files it has.
    public var copiedFrom: Int64?
    public var time: Int64

    public init(number: Int64, digest: String, authorUID: UInt32, source: String, copiedFrom: Int64?, time: Int64) {
        self.number = number
        self.digest = digest
        self.authorUID = authorUID
        self.source = source
        self.copiedFrom = copiedFrom
        self.time = time
    }

    enum CodingKeys: String, CodingKey {
        case number, digest, source, time
        case authorUID = "author_uid"
        case copiedFrom = "copied_from"
    }
}

/// How the daemon's directory and the generation that rules differ, by file name.
public struct PolicyDriftBody: Codable, Sendable, Equatable {
    public var changed: [String]
    /// Only in the directory.
    public var added: [String]
    /// Only in the generation.
    public var removed: [String]
    /// Why the directory cannot be read.
    public var error: String?

    public init(changed: [String], added: [String], removed: [String], error: String?) {
        self.changed = changed
        self.added = added
        self.removed = removed
        self.error = error
    }
}

/// `GET /holdfast/v1/access/policy`, `?generation=N` for an older one.
public struct PolicyShowBody: Codable, Sendable {
    public var generation: PolicyGenerationBody
    public var isActive: Bool
    public var files: [PolicyFileBody]
    /// Of the generation that rules.
    public var warnings: [String]
    public var drift: PolicyDriftBody?

    public init(generation: PolicyGenerationBody, isActive: Bool, files: [PolicyFileBody], warnings: [String], drift: PolicyDriftBody?) {
        self.generation = generation
        self.isActive = isActive
        self.files = files
        self.warnings = warnings
        self.drift = drift
    }

    enum CodingKeys: String, CodingKey {
        case generation, files, warnings, drift
        case isActive = "active"
    }
}

/// `GET /holdfast/v1/access/policy/history`, newest first; `before` and `limit` (1 to 1,000, default 100) page it.
public struct PolicyHistoryBody: Codable, Sendable {
    public var active: Int64
    public var generations: [PolicyGenerationBody]
    /// Give this as `before` for the next page; nil on the last.
    public var next: Int64?

    public init(active: Int64, generations: [PolicyGenerationBody], next: Int64?) {
        self.active = active
        self.generations = generations
        self.next = next
    }
}
