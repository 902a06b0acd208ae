public import HoldfastCore

/// One loaded model that answers. A driver stands behind it for each kind of engine.
public protocol Engine: AnyObject, Sendable {
    var model: LoadableModel { get }
    var pid: Int32 { get }
    /// As its process has it; nil leaves it to the memory gauge to look at that process.
    var memoryUse: MemoryUse? { get }
    /// Waits for a place, then for the first token.
    /// - Parameter terms: their tenant is whose cached prefixes this request may gain from, and who may gain from its own; nobody else does.
    /// - Throws: ``HoldfastError`` `queue_full` and `engine_busy` (with `retryAfter`), `context_length_exceeded`, `invalid_request`, `engine_failed`,
    ///   `engine_stalled`; `CancellationError`.
    func generate(_ request: GenerationRequest, for terms: RequestTerms) async throws -> GenerationStream
    /// Counts a prompt's tokens as this model has them, its chat template included, without computing anything or taking a place.
    /// - Throws: as ``generate(_:for:)``, but for `queue_full`.
    func countPrompt(of request: GenerationRequest) async throws -> Int
    func status() async -> EngineStatus
    /// Returns when the process is gone.
    func exited() async -> EngineExit
    /// Refuses new requests, gives the running ones `drain`, then ends the process; SIGKILL after `grace`.
    func stop(drain: Duration, grace: Duration) async
}

extension Engine {
    public var memoryUse: MemoryUse? { nil }
}

/// A model's file and what a driver must know of it.
public struct LoadableModel: Sendable, Equatable {
    public var digest: SHA256Digest
    /// The blob's path, chosen by the daemon from the digest.
    public var path: String
    public var name: ModelName
    /// The most tokens it was trained for; nil where the file does not say.
    public var trainedContext: Int?
    /// Tokens that its layers with a sliding window look back over; nil where there are none.
    public var slidingWindow: Int?
    /// What one token of context takes in the engine's memory, keys and values of all layers; nil where the file does not say.
    public var cacheBytesPerToken: Int64?
    /// How this model is to be run; nil for the node's own settings.
    public var settings: EngineSettings?

    public init(
        digest: SHA256Digest, path: String, name: ModelName, trainedContext: Int?, slidingWindow: Int? = nil,
        cacheBytesPerToken: Int64? = nil, settings: EngineSettings? = nil
    ) {
        self.digest = digest
        self.path = path
        self.name = name
        self.trainedContext = trainedContext
        self.slidingWindow = slidingWindow
        self.cacheBytesPerToken = cacheBytesPerToken
        self.settings = settings
    }
}

/// What an engine is at.
public struct EngineStatus: Sendable, Equatable {
    public var slots: Int
    public var busySlots: Int
    /// Requests that wait for a slot.
    public var waiting: [RequestPriority: Int]
    /// Tokens of context for one request.
    public var contextLength: Int
    public var residentBytes: Int64
    /// What `model tune` chose, where the engine was started with that.
    public var tuning: EngineTuning?
    /// Pieces of answers since it was loaded, as a rule one for each token.
    public var pieces: UInt64
    /// Requests by their tenant.
    public var tenants: [String: TenantLoad]

    /// Of one tenant.
    public struct TenantLoad: Sendable, Equatable {
        public var running = 0
        public var waiting = 0
    }

    public init(
        slots: Int, busySlots: Int, waiting: [RequestPriority: Int] = [:], contextLength: Int, residentBytes: Int64,
        tuning: EngineTuning? = nil, pieces: UInt64 = 0, tenants: [String: TenantLoad] = [:]
    ) {
        self.pieces = pieces
        self.tenants = tenants
        self.slots = slots
        self.busySlots = busySlots
        self.waiting = waiting
        self.contextLength = contextLength
        self.residentBytes = residentBytes
        self.tuning = tuning
    }
}

/// How an engine ended.
public struct EngineExit: Sendable, Equatable {
    public var reason: ExitReason
    public var cause: ExitCause
    /// For operators.
    public var stderrTail: String
    /// It was told to stop, by ``Engine/stop(drain:grace:)``.
    public var wasAsked: Bool

    /// - Parameter cause: what the reason alone suggests, unless more is known.
    public init(reason: ExitReason, stderrTail: String, wasAsked: Bool, cause: ExitCause? = nil) {
        self.reason = reason
        self.cause = cause ?? ExitCause(reason, wasEnded: wasAsked, oomKills: 0)
        self.stderrTail = stderrTail
        self.wasAsked = wasAsked
    }
}
