/// `POST /holdfast/v1/audit/prune`.
public struct PruneBody: Codable, Sendable {
    /// Entries from before this go: milliseconds since 1970.
    public var before: Int64
    /// Only say what would go.
    public var dryRun: Bool

    public init(before: Int64, dryRun: Bool) {
        self.before = before
        self.dryRun = dryRun
    }

    enum CodingKeys: String, CodingKey {
        case before
        case dryRun = "dry_run"
    }
}

/// What would go, or has gone.
public struct PruneAnswer: Codable, Sendable {
    /// Of the request, for whoever approves it; nil for a dry run and when nothing is old enough.
    public var id: String?
    /// Indices in the log: [first, past), whole bundles of 256; equal when nothing is old enough.
    public var first: Int64
    public var past: Int64
    /// Hexadecimal RFC 6962 root over their leaf hashes.
    public var root: String?
    /// Until when it can be approved: milliseconds since 1970.
    public var expiresAt: Int64?
    /// Entries that have gone; nil before the approval.
    public var removed: Int64?

    public init(id: String? = nil, first: Int64, past: Int64, root: String? = nil, expiresAt: Int64? = nil, removed: Int64? = nil) {
        self.id = id
        self.first = first
        self.past = past
        self.root = root
        self.expiresAt = expiresAt
        self.removed = removed
    }

    enum CodingKeys: String, CodingKey {
        case id, first, past, root, removed
        case expiresAt = "expires_at"
    }
}
