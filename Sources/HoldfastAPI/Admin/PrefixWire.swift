/// `POST /holdfast/v1/models/{name}/pinned-prompts`.
public struct PinPromptBody: Codable, Sendable {
    public enum Kind: String, Codable, Sendable, CaseIterable {
        /// The system message of conversations.
        case system
        /// The beginning of a text, for completions.
        case text
    }

    public var kind: Kind
    public var text: String

    public init(kind: Kind, text: String) {
        self.kind = kind
        self.text = text
    }
}

/// `POST /holdfast/v1/models/{name}/pinned-prompts/remove`.
public struct UnpinPromptBody: Codable, Sendable {
    public var id: String
    public init(id: String) { self.id = id }
}

/// A pinned prompt of a model, without its text.
public struct PinnedPromptInfo: Codable, Sendable {
    /// The first twelve hexadecimal digits of the text's SHA-256.
    public var id: String
    public var kind: PinPromptBody.Kind
    /// Of its text.
    public var bytes: Int
    /// As it is kept; nil while it is not.
    public var tokens: Int?
    /// Milliseconds since 1970.
    public var addedAt: Int64
    /// Why it is not kept, where that is known.
    public var problem: String?

    public init(id: String, kind: PinPromptBody.Kind, bytes: Int, tokens: Int?, addedAt: Int64, problem: String? = nil) {
        self.id = id
        self.kind = kind
        self.bytes = bytes
        self.tokens = tokens
        self.addedAt = addedAt
        self.problem = problem
    }

    enum CodingKeys: String, CodingKey {
        case id, kind, bytes, tokens, problem
        case addedAt = "added_at"
    }
}

/// Of the prefix cache as a whole: part of `GET /holdfast/v1/status` and of `GET /holdfast/v1/cache`.
public struct PrefixCacheBody: Codable, Sendable {
    public var entries: Int
    public var bytes: Int64
    public var maxBytes: Int64
    /// The memory-backed folder that engines' files pass through; nil when nothing is kept.
    public var scratch: String?
    /// Why nothing is kept.
    public var off: String?

    public init(entries: Int, bytes: Int64, maxBytes: Int64, scratch: String?, off: String?) {
        self.entries = entries
        self.bytes = bytes
        self.maxBytes = maxBytes
        self.scratch = scratch
        self.off = off
    }

    enum CodingKeys: String, CodingKey {
        case entries, bytes, scratch, off
        case maxBytes = "max_bytes"
    }
}

/// `GET /holdfast/v1/cache`.
public struct CacheListBody: Codable, Sendable {
    public struct Entry: Codable, Sendable {
        public var id: String
        /// Its digest, where the model has no name here any more.
        public var model: String
        /// The one who may gain from it; nil when everybody may.
        public var subject: String?
        public var tokens: Int
        /// On the disk.
        public var bytes: Int64
        /// Milliseconds since 1970.
        public var created: Int64
        public var lastUsed: Int64
        public var engine: String

        public init(
            id: String, model: String, subject: String?, tokens: Int, bytes: Int64, created: Int64, lastUsed: Int64, engine: String
        ) {
            self.id = id
            self.model = model
            self.subject = subject
            self.tokens = tokens
            self.bytes = bytes
            self.created = created
            self.lastUsed = lastUsed
            self.engine = engine
        }

        enum CodingKeys: String, CodingKey {
            case id, model, subject, tokens, bytes, created, engine
            case lastUsed = "last_used"
        }
    }

    public var cache: PrefixCacheBody
    /// The last used first.
    public var entries: [Entry]

    public init(cache: PrefixCacheBody, entries: [Entry]) {
        self.cache = cache
        self.entries = entries
    }
}

/// `POST /holdfast/v1/cache/clear`. Without either: everything.
public struct CacheClearBody: Codable, Sendable {
    public var model: String?
    /// `uid:1000`, `app:NAME`, `token:NAME`.
    public var subject: String?

    public init(model: String? = nil, subject: String? = nil) {
        self.model = model
        self.subject = subject
    }
}

/// What was erased.
public struct CacheClearedBody: Codable, Sendable {
    public var entries: Int
    public var bytes: Int64
    /// Live slots whose content was erased too: of one subject only.
    public var slots: Int
    /// Live slots at work, erased when their request ends.
    public var busySlots: Int

    public init(entries: Int, bytes: Int64, slots: Int, busySlots: Int) {
        self.entries = entries
        self.bytes = bytes
        self.slots = slots
        self.busySlots = busySlots
    }

    enum CodingKeys: String, CodingKey {
        case entries, bytes, slots
        case busySlots = "busy_slots"
    }
}
