/// The query of `GET /holdfast/v1/audit/records` and `/tail`; every key is optional.
///
/// `actor` (uid), `operation` (an id or its first part), `model` (name or digest), `outcome` (ok, denied, …), `since` and `until`
/// (milliseconds since 1970), `before` (a leaf index, for the next page), `limit` (1 to 1,000, default 100).
public enum AuditQueryKey: String, CaseIterable, Sendable {
    case actor
    case operation
    case model
    case outcome
    case since
    case until
    case before
    case limit
}

/// `GET /holdfast/v1/audit/records`, newest first; `/tail` sends one ``AuditEntry`` a line. The JSON is written by hand around the records'
/// stored bytes, so that what an auditor reads is what was hashed; this type reads it.
public struct AuditEntry: Codable, Sendable {
    /// The leaf's index in the log.
    public var index: Int64
    /// The record's RFC 8785 text, exactly as hashed.
    public var text: String
    /// What became of the content it speaks of; nil where it speaks of none, and in lists.
    public var content: ContentStateBody?

    public init(index: Int64, text: String, content: ContentStateBody? = nil) {
        self.index = index
        self.text = text
        self.content = content
    }
}

public struct AuditListBody: Codable, Sendable {
    public var records: [AuditEntry]
    /// Give this as `before` for the next page; nil on the last.
    public var next: Int64?

    public init(records: [AuditEntry], next: Int64?) {
        self.records = records
        self.next = next
    }
}

/// `POST /holdfast/v1/audit/verify` and `holdfast audit verify --json`.
public struct AuditReportBody: Codable, Sendable {
    public struct Problem: Codable, Sendable {
        /// nil when every record fits and a checkpoint does not.
        public var index: Int64?
        public var id: String?
        public var what: String

        public init(index: Int64?, id: String?, what: String) {
            self.index = index
            self.id = id
            self.what = what
        }
    }

    public var holds: Bool
    public var origin: String
    /// Records there are, and how many of them the newest checkpoint covers.
    public var size: Int64
    public var checkpointSize: Int64
    public var rootHash: String
    public var problem: Problem?
    /// Entries from here on are there (tlog-tiles); of those before, so many are gone by signed gap records.
    public var minimumIndex: Int64?
    public var removedRecords: Int64?
    /// Records of the checkpoint that was kept, when it was held against one.
    public var since: Int64?

    public init(
        holds: Bool, origin: String, size: Int64, checkpointSize: Int64, rootHash: String, problem: Problem?, minimumIndex: Int64? = nil,
        removedRecords: Int64? = nil, since: Int64? = nil
    ) {
        self.holds = holds
        self.origin = origin
        self.size = size
        self.checkpointSize = checkpointSize
        self.rootHash = rootHash
        self.problem = problem
        self.minimumIndex = minimumIndex
        self.removedRecords = removedRecords
        self.since = since
    }

    enum CodingKeys: String, CodingKey {
        case minimumIndex = "minimum_index"
        case removedRecords = "removed_records"
        case holds, origin, size, problem, since
        case checkpointSize = "checkpoint_size"
        case rootHash = "root_hash"
    }
}
