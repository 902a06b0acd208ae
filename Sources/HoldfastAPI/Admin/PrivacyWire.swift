/// `POST /holdfast/v1/audit/forget`: one of the two.
public struct ForgetBody: Codable, Sendable {
    /// A request's id, or a record's index.
    public var record: String?
    /// `uid:N`, `token:NAME`, `app:NAME`, `loopback`.
    public var actor: String?
    /// Only say how much it is.
    public var dryRun: Bool

    public init(record: String? = nil, actor: String? = nil, dryRun: Bool = false) {
        self.record = record
        self.actor = actor
        self.dryRun = dryRun
    }

    enum CodingKeys: String, CodingKey {
        case record, actor
        case dryRun = "dry_run"
    }
}

/// What would go, or has gone.
public struct ForgetAnswer: Codable, Sendable {
    /// Requests whose content was held in any form.
    public var requests: Int64
    /// Captured prompts and answers among it.
    public var files: Int64
    /// It speaks of the records before this one.
    public var past: Int64
    /// Index of the record that says so; nil for a dry run.
    public var record: Int64?
    /// Whether nothing of it is in any file either; false while somebody reads the database so long that its log cannot be emptied.
    public var onDisk: Bool?

    public init(requests: Int64, files: Int64, past: Int64, record: Int64? = nil, onDisk: Bool? = nil) {
        self.requests = requests
        self.files = files
        self.past = past
        self.record = record
        self.onDisk = onDisk
    }

    enum CodingKeys: String, CodingKey {
        case requests, files, past, record
        case onDisk = "gone_from_disk"
    }
}

/// `POST /holdfast/v1/audit/records/{id}/match`, whose body is the text itself.
public struct MatchAnswer: Codable, Sendable {
    public var matches: Bool
    /// `prompt`, `message` or `answer`; nil when it is none of them.
    public var field: String?

    public init(field: String?) {
        matches = field != nil
        self.field = field
    }
}

/// The query of `GET /holdfast/v1/audit/records/{id}/content`: `part` is `prompt` (the default) or `answer`. The answer is an age file.
public enum ContentQueryKey: String, CaseIterable, Sendable {
    case part
}

/// What became of the content a record speaks of.
public struct ContentStateBody: Codable, Sendable {
    /// `kept`: guesses can be tested. `erased`: forgotten. `absent`: there is no salt, and no record says why.
    public var state: String
    /// Parts that are kept for the auditor: `prompt`, `answer`.
    public var captured: [String]
    /// Index, id and time (milliseconds since 1970) of the record that erased it.
    public var erasedBy: Int64?
    public var erasedByID: String?
    public var erasedAt: Int64?

    public init(state: String, captured: [String], erasedBy: Int64? = nil, erasedByID: String? = nil, erasedAt: Int64? = nil) {
        self.state = state
        self.captured = captured
        self.erasedBy = erasedBy
        self.erasedByID = erasedByID
        self.erasedAt = erasedAt
    }

    enum CodingKeys: String, CodingKey {
        case state, captured
        case erasedBy = "erased_by"
        case erasedByID = "erased_by_id"
        case erasedAt = "erased_at"
    }
}
