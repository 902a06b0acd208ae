public import HoldfastCore

/// A loaded model: `GET /holdfast/v1/engines`, `holdfast ps`.
public struct EngineInfo: Codable, Sendable {
    public var name: String
    public var digest: SHA256Digest
    public var pid: Int32
    /// Milliseconds since 1970.
    public var since: Int64
    /// Tokens one request may use.
    public var context: Int
    public var slots: Int
    public var busySlots: Int
    /// Requests that wait for a slot, by priority.
    public var waiting: [String: Int]
    public var residentBytes: Int64
    /// What is counted for it when another model wants to be loaded.
    public var reservedBytes: Int64
    public var pinned: Bool
    /// Milliseconds since 1970: when it goes if nobody uses it; nil: not by itself.
    public var expiresAt: Int64?
    /// What `model tune` chose, where it was started with that; nil for the node's own settings.
    public var tuning: EngineTuning?
    /// Pieces of answers since it was loaded, as a rule one for each token.
    public var pieces: UInt64?
    /// Whose requests they are: all of them for who may see that (`cache:read`), else the caller's own.
    public var subjects: [SubjectLoad]?

    public struct SubjectLoad: Codable, Sendable {
        public var subject: String
        public var running: Int
        public var waiting: Int

        public init(subject: String, running: Int, waiting: Int) {
            self.subject = subject
            self.running = running
            self.waiting = waiting
        }
    }

    public init(
        name: String, digest: SHA256Digest, pid: Int32, since: Int64, context: Int, slots: Int, busySlots: Int,
        waiting: [String: Int] = [:], residentBytes: Int64, reservedBytes: Int64 = 0, pinned: Bool = false, expiresAt: Int64? = nil,
        tuning: EngineTuning? = nil, pieces: UInt64? = nil, subjects: [SubjectLoad]? = nil
    ) {
        self.pieces = pieces
        self.subjects = subjects
        self.name = name
        self.digest = digest
        self.pid = pid
        self.since = since
        self.context = context
        self.slots = slots
        self.busySlots = busySlots
        self.waiting = waiting
        self.residentBytes = residentBytes
        self.reservedBytes = reservedBytes
        self.pinned = pinned
        self.expiresAt = expiresAt
        self.tuning = tuning
    }

    enum CodingKeys: String, CodingKey {
        case name, digest, pid, since, context, slots, waiting, pinned, tuning, pieces, subjects
        case busySlots = "busy_slots"
        case residentBytes = "resident_bytes"
        case reservedBytes = "reserved_bytes"
        case expiresAt = "expires_at"
    }
}

/// A model that requests wait for: it is being loaded, or its turn for the memory has not come.
public struct AwaitedModelInfo: Codable, Sendable {
    public enum State: String, Codable, Sendable {
        case loading
        case waiting
    }

    public var name: String
    public var state: State
    public var requests: Int

    public init(name: String, state: State, requests: Int) {
        self.name = name
        self.state = state
        self.requests = requests
    }
}

/// A model that failed too often in a row.
public struct FailedModelInfo: Codable, Sendable {
    public var name: String
    public var reason: String
    /// Milliseconds since 1970: until then it is not tried by itself.
    public var until: Int64

    public init(name: String, reason: String, until: Int64) {
        self.name = name
        self.reason = reason
        self.until = until
    }
}

public struct EngineListBody: Codable, Sendable {
    public var engines: [EngineInfo]
    public var awaited: [AwaitedModelInfo]
    public var failed: [FailedModelInfo]

    public init(engines: [EngineInfo], awaited: [AwaitedModelInfo] = [], failed: [FailedModelInfo] = []) {
        self.engines = engines
        self.awaited = awaited
        self.failed = failed
    }
}
