/// How much is kept of what was computed.
public struct PrefixSettings: Sendable, Equatable {
    /// On the disk, for all together. 0 keeps nothing.
    public var maximumBytes: Int64 = 1 << 30
    /// One entry; also what an engine may write into one file of its scratch.
    public var maximumEntryBytes: Int64 = 256 << 20
    /// Free space that is left to everything else.
    public var reservedBytes: Int64 = 256 << 20
    /// An engine that computed nothing for this long saves what is new.
    public var idle: Duration = .seconds(5)
    /// Below this a prompt is computed sooner than it is worth keeping.
    public var minimumTokens = 64
    /// Models with a sliding window get a whole cache: without it, llama.cpp restores nothing of theirs.
    public var keepsFullWindow = true

    public init() {}
}

/// What the cache holds, for `holdfast status`.
public struct PrefixStatus: Sendable, Equatable {
    public var entries = 0
    public var bytes: Int64 = 0
    public var maximumBytes: Int64 = 0
    /// Memory-backed; nil when there is none, or nothing is kept.
    public var scratch: String?
    /// Why nothing is kept; nil while something may be.
    public var off: String?

    public init() {}
}

/// One entry, for `holdfast cache list`.
public struct PrefixInfo: Sendable, Equatable {
    public var id: String
    /// The model's digest, hexadecimal.
    public var model: String
    public var owner: PrefixOwner
    public var tokens: Int
    public var bytes: Int64
    /// Milliseconds since 1970.
    public var created: Int64
    public var lastUsed: Int64
    /// The engine that computed it.
    public var engineVersion: String
}

/// What was erased.
public struct PrefixErasure: Sendable, Equatable {
    public var entries = 0
    public var bytes: Int64 = 0
    /// Live slots whose content the engine forgot.
    public var slots = 0
    /// Live slots that compute for a request of the tenant: each is erased when that ends.
    public var busySlots = 0
    /// Entries whose key could not be overwritten: the disk refused. They are no longer used.
    public var failed = 0

    public init() {}
}
