public import HoldfastCore

/// Which records to show; every condition that is set must hold.
public struct AuditFilter: Sendable, Equatable {
    public var actorUID: Int64?
    /// `token:NAME`, `app:NAME`, `loopback` or `anonymous`.
    public var actorSubject: String?
    /// The beginning of an operation's id: `models.` for all of them, `models.add` for one.
    public var operationPrefix: String?
    public var model: ModelName?
    public var digest: SHA256Digest?
    public var result: AuditOutcome.Result?
    /// Milliseconds since 1970, by the records' own clock; `since` inclusive, `until` exclusive.
    public var since: Int64?
    public var until: Int64?
    /// A request's id: finds its intent and its outcome.
    public var id: String?

    public init(
        actorUID: Int64? = nil, actorSubject: String? = nil, operationPrefix: String? = nil, model: ModelName? = nil,
        digest: SHA256Digest? = nil, result: AuditOutcome.Result? = nil, since: Int64? = nil, until: Int64? = nil, id: String? = nil
    ) {
        self.actorUID = actorUID
        self.actorSubject = actorSubject
        self.operationPrefix = operationPrefix
        self.model = model
        self.digest = digest
        self.result = result
        self.since = since
        self.until = until
        self.id = id
    }

    var isEmpty: Bool { self == AuditFilter() }
}

/// A record as it is stored.
public struct StoredRecord: Sendable, Equatable {
    /// Its place in the log, from 0.
    public var index: Int64
    public var record: AuditRecord
    /// Its RFC 8785 bytes: what the leaf is made of.
    public var bytes: [UInt8]

    public init(index: Int64, record: AuditRecord, bytes: [UInt8]) {
        self.index = index
        self.record = record
        self.bytes = bytes
    }
}
