/// `GET /holdfast/v1/status`. Bytes, and milliseconds since 1970.
public struct StatusBody: Codable, Sendable {
    public var version: String
    public var pid: Int32
    public var uid: UInt32
    public var startedAt: Int64
    public var state: String
    public var runtime: String
    /// `ok`, or `degraded` with the reasons.
    public var health: String
    public var reasons: [String]
    /// What is as it is and worth knowing, as a user namespace that does not map every uid.
    public var notes: [String]?
    /// The one thing to do next, as a command; nil when there is none.
    public var next: String?
    /// Nil from an older node.
    public var clock: Clock?
    public var engine: Engine
    public var models: Models
    public var memory: Memory
    public var disk: Disk
    public var audit: Audit
    public var policy: Policy
    public var limits: Limits
    /// Nil from an older node.
    public var prefixCache: PrefixCacheBody?
    /// Everything of the node that is bounded.
    public var bounds: [StatusBound]?

    /// Milliseconds since 1970.
    public struct Clock: Codable, Sendable {
        /// Whether `time`, which the node goes by, is what the machine's clock shows.
        public var trusted: Bool
        public var time: Int64
        public var wall: Int64
        public init(trusted: Bool, time: Int64, wall: Int64) {
            self.trusted = trusted
            self.time = time
            self.wall = wall
        }
    }

    public struct Engine: Codable, Sendable {
        public var path: String?
        public var version: String?
        public var digest: String?
        /// Who starts engines: `systemd`, or the node itself (`child`). Nil from an older node.
        public var launcher: String?
        public init(path: String?, version: String?, digest: String?) {
            self.path = path
            self.version = version
            self.digest = digest
        }
    }

    public struct Models: Codable, Sendable {
        public var count: Int
        public var corrupt: Int
        public var loaded: [EngineInfo]
        public var awaited: [AwaitedModelInfo]
        public var failed: [FailedModelInfo]
        public init(
            count: Int, corrupt: Int, loaded: [EngineInfo], awaited: [AwaitedModelInfo] = [], failed: [FailedModelInfo] = []
        ) {
            self.count = count
            self.corrupt = corrupt
            self.loaded = loaded
            self.awaited = awaited
            self.failed = failed
        }
    }

    public struct Memory: Codable, Sendable {
        public var daemonBytes: Int64
        public var enginesBytes: Int64
        public var availableBytes: Int64
        /// What allows the least: `machine`, or the `cgroup` the daemon runs in.
        public var limit: String
        /// Bytes there are at all, under that limit.
        public var totalBytes: Int64
        /// Kept free of models.
        public var reserveBytes: Int64
        /// The most all engines together may take; nil where none is set.
        public var budgetBytes: Int64?
        /// What is counted for the loaded models.
        public var reservedByModelsBytes: Int64
        /// What a further model could have: now, and once all that may go has gone.
        public var roomBytes: Int64
        public var roomAfterEvictionBytes: Int64

        public init(
            daemonBytes: Int64, enginesBytes: Int64, availableBytes: Int64, limit: String = "machine", totalBytes: Int64 = 0,
            reserveBytes: Int64 = 0, budgetBytes: Int64? = nil, reservedByModelsBytes: Int64 = 0, roomBytes: Int64 = 0,
            roomAfterEvictionBytes: Int64 = 0
        ) {
            self.daemonBytes = daemonBytes
            self.enginesBytes = enginesBytes
            self.availableBytes = availableBytes
            self.limit = limit
            self.totalBytes = totalBytes
            self.reserveBytes = reserveBytes
            self.budgetBytes = budgetBytes
            self.reservedByModelsBytes = reservedByModelsBytes
            self.roomBytes = roomBytes
            self.roomAfterEvictionBytes = roomAfterEvictionBytes
        }
        enum CodingKeys: String, CodingKey {
            case limit
            case totalBytes = "total_bytes"
            case reserveBytes = "reserve_bytes"
            case budgetBytes = "budget_bytes"
            case reservedByModelsBytes = "reserved_by_models_bytes"
            case roomBytes = "room_bytes"
            case roomAfterEvictionBytes = "room_after_eviction_bytes"
            case daemonBytes = "daemon_bytes"
            case enginesBytes = "engines_bytes"
            case availableBytes = "available_bytes"
        }
    }

    public struct Disk: Codable, Sendable {
        public var blobBytes: Int64
        public var quotaBytes: Int64?
        public var freeBytes: Int64
        public var reserveBytes: Int64
        public init(blobBytes: Int64, quotaBytes: Int64?, freeBytes: Int64, reserveBytes: Int64) {
            self.blobBytes = blobBytes
            self.quotaBytes = quotaBytes
            self.freeBytes = freeBytes
            self.reserveBytes = reserveBytes
        }
        enum CodingKeys: String, CodingKey {
            case blobBytes = "blob_bytes"
            case quotaBytes = "quota_bytes"
            case freeBytes = "free_bytes"
            case reserveBytes = "reserve_bytes"
        }
    }

    public struct Audit: Codable, Sendable {
        public var records: Int64
        public var checkpointSize: Int64
        public var checkpointAt: Int64?
        public var verifierKey: String
        /// Entries from here on are there (tlog-tiles).
        public var minimumIndex: Int64
        public var usedBytes: Int64
        /// 0 when the node does not say.
        public var budgetBytes: Int64
        /// Whether STATE/reserve is there for a full disk.
        public var reserveReady: Bool
        /// Why records cannot be written as they should; nil while they can.
        public var failure: String?
        /// Records that wait in memory.
        public var deferred: Int
        /// Prompts and answers kept for auditors.
        public var captured: Captured?
        /// Nil when records are not mirrored to the journal.
        public var journald: Journald?

        public init(
            records: Int64, checkpointSize: Int64, checkpointAt: Int64?, verifierKey: String, minimumIndex: Int64 = 0, usedBytes: Int64 = 0,
            budgetBytes: Int64 = 0, reserveReady: Bool = true, failure: String? = nil, deferred: Int = 0
        ) {
            self.records = records
            self.checkpointSize = checkpointSize
            self.checkpointAt = checkpointAt
            self.verifierKey = verifierKey
            self.minimumIndex = minimumIndex
            self.usedBytes = usedBytes
            self.budgetBytes = budgetBytes
            self.reserveReady = reserveReady
            self.failure = failure
            self.deferred = deferred
        }
        enum CodingKeys: String, CodingKey {
            case records
            case checkpointSize = "checkpoint_size"
            case checkpointAt = "checkpoint_at"
            case verifierKey = "verifier_key"
            case minimumIndex = "minimum_index"
            case usedBytes = "used_bytes"
            case budgetBytes = "budget_bytes"
            case reserveReady = "reserve_ready"
            case failure, deferred, captured, journald
        }
    }

    public struct Captured: Codable, Sendable {
        public var files: Int64
        public var bytes: Int64
        public var budgetBytes: Int64
        public init(files: Int64, bytes: Int64, budgetBytes: Int64) {
            self.files = files
            self.bytes = bytes
            self.budgetBytes = budgetBytes
        }
        enum CodingKeys: String, CodingKey {
            case files, bytes
            case budgetBytes = "budget_bytes"
        }
    }

    /// Lines that went to the journal in this run, and those that it did not take.
    public struct Journald: Codable, Sendable {
        public var sent: Int64
        public var dropped: Int64
        public init(sent: Int64, dropped: Int64) {
            self.sent = sent
            self.dropped = dropped
        }
    }

    public struct Policy: Codable, Sendable {
        public var generation: Int
        public var digest: String
        public var warnings: [String]
        /// Why the last reload was refused, until one succeeds.
        public var reloadError: String?
        /// Nil when the daemon's directory has the files that rule.
        public var drift: PolicyDriftBody?
        public init(generation: Int, digest: String, warnings: [String], reloadError: String?, drift: PolicyDriftBody? = nil) {
            self.generation = generation
            self.digest = digest
            self.warnings = warnings
            self.reloadError = reloadError
            self.drift = drift
        }
        enum CodingKeys: String, CodingKey {
            case generation, digest, warnings, drift
            case reloadError = "reload_error"
        }
    }

    public struct Limits: Codable, Sendable {
        public var connections: Int
        public var maxConnections: Int
        public var requests: Int
        public var queuedRequests: Int
        /// For one model, of one priority.
        public var maxQueuedRequests: Int
        /// The same, of one subject.
        public var maxQueuedRequestsPerSubject: Int
        public init(
            connections: Int, maxConnections: Int, requests: Int, queuedRequests: Int, maxQueuedRequests: Int,
            maxQueuedRequestsPerSubject: Int = 0
        ) {
            self.connections = connections
            self.maxConnections = maxConnections
            self.requests = requests
            self.queuedRequests = queuedRequests
            self.maxQueuedRequests = maxQueuedRequests
            self.maxQueuedRequestsPerSubject = maxQueuedRequestsPerSubject
        }
        enum CodingKeys: String, CodingKey {
            case connections, requests
            case maxConnections = "max_connections"
            case queuedRequests = "queued_requests"
            case maxQueuedRequests = "max_queued_requests"
            case maxQueuedRequestsPerSubject = "max_queued_requests_per_subject"
        }
    }

    public init(
        version: String, pid: Int32, uid: UInt32, startedAt: Int64, state: String, runtime: String, health: String, reasons: [String],
        next: String?, engine: Engine, models: Models, memory: Memory, disk: Disk, audit: Audit, policy: Policy, limits: Limits
    ) {
        self.version = version
        self.pid = pid
        self.uid = uid
        self.startedAt = startedAt
        self.state = state
        self.runtime = runtime
        self.health = health
        self.reasons = reasons
        self.next = next
        self.engine = engine
        self.models = models
        self.memory = memory
        self.disk = disk
        self.audit = audit
        self.policy = policy
        self.limits = limits
    }

    enum CodingKeys: String, CodingKey {
        case version, pid, uid, state, runtime, health, reasons, notes, next, clock, engine, models, memory, disk, audit, policy, limits
        case bounds
        case startedAt = "started_at"
        case prefixCache = "prefix_cache"
    }
}
