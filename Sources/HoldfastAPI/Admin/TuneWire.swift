public import HoldfastCore

/// `POST /holdfast/v1/models/{name}/tune`. All may be left out, and so may the body.
public struct TuneRequest: Codable, Sendable {
    /// How long is measured; what is under way then is finished.
    public static let secondsRange: ClosedRange<Int64> = 10...100
    public static let standardSeconds: Int64 = 90

    public var seconds: Int64?
    /// Whether keys and values in 8 bits may be chosen, which changes answers a little.
    public var allowsQ8Cache: Bool?

    public init(seconds: Int64? = nil, allowsQ8Cache: Bool? = nil) {
        self.seconds = seconds
        self.allowsQ8Cache = allowsQ8Cache
    }

    enum CodingKeys: String, CodingKey {
        case seconds
        case allowsQ8Cache = "allow_q8_cache"
    }
}

/// One line of the NDJSON stream that tuning answers with: progress lines, then the result or an error.
public struct TuneLine: Codable, Sendable {
    public struct Progress: Codable, Sendable {
        /// `calibrate`, `coarse`, `fine`, `confirm`; `waiting` while the node has requests.
        public var stage: String
        /// Measurements of this stage.
        public var done: Int
        public var total: Int
        /// What was measured last.
        public var settings: EngineTuning?
        /// Nil: this engine cannot be run that way.
        public var speed: EngineSpeed?

        public init(stage: String, done: Int, total: Int, settings: EngineTuning?, speed: EngineSpeed?) {
            self.stage = stage
            self.done = done
            self.total = total
            self.settings = settings
            self.speed = speed
        }
    }

    public var progress: Progress?
    public var result: TuneResult?
    public var error: ErrorBody.Fields?

    public init(progress: Progress? = nil, result: TuneResult? = nil, error: ErrorBody.Fields? = nil) {
        self.progress = progress
        self.result = result
        self.error = error
    }
}

/// What came of tuning. Speeds are tokens per second by the engine's own timings, medians of the last rounds; gains are ratios of medians of
/// pairs, noise is a share.
public struct TuneResult: Codable, Sendable {
    public struct Measured: Codable, Sendable {
        public var settings: EngineTuning
        public var speed: EngineSpeed

        public init(settings: EngineTuning, speed: EngineSpeed) {
            self.settings = settings
            self.speed = speed
        }
    }

    public var name: String
    public var digest: SHA256Digest
    public var engine: EngineBuild
    public var hardware: String
    /// Whether `best` is used from now on; otherwise the node's own settings are, and an earlier choice is gone.
    public var isStored: Bool
    /// The node's own settings.
    public var defaults: Measured
    /// llama.cpp's own.
    public var engineDefaults: Measured?
    /// The best of what was tried, better or not.
    public var best: Measured?
    /// Of `best` over `defaults`.
    public var gain: TuningGain
    /// Over `engine_defaults`, of what is used from now on.
    public var engineGain: TuningGain?
    public var noise: Double
    public var rounds: Int
    /// Engines that were started.
    public var trials: Int
    /// Settings this engine cannot be started with.
    public var unsupported: [EngineTuning]
    public var milliseconds: Int64
    /// An engine of the model is in use, and goes on with its old settings until it is not.
    public var isInUse: Bool
    /// Pinned prompts that are computed again after the next load, since what is kept of them was computed otherwise.
    public var pinnedPrompts: Int

    public init(
        name: String, digest: SHA256Digest, engine: EngineBuild, hardware: String, isStored: Bool, defaults: Measured,
        engineDefaults: Measured?, best: Measured?, gain: TuningGain, engineGain: TuningGain?, noise: Double, rounds: Int, trials: Int,
        unsupported: [EngineTuning], milliseconds: Int64, isInUse: Bool, pinnedPrompts: Int
    ) {
        self.name = name
        self.digest = digest
        self.engine = engine
        self.hardware = hardware
        self.isStored = isStored
        self.defaults = defaults
        self.engineDefaults = engineDefaults
        self.best = best
        self.gain = gain
        self.engineGain = engineGain
        self.noise = noise
        self.rounds = rounds
        self.trials = trials
        self.unsupported = unsupported
        self.milliseconds = milliseconds
        self.isInUse = isInUse
        self.pinnedPrompts = pinnedPrompts
    }

    enum CodingKeys: String, CodingKey {
        case name, digest, engine, hardware, defaults, best, gain, noise, rounds, trials, unsupported, milliseconds
        case isStored = "stored"
        case engineDefaults = "engine_defaults"
        case engineGain = "engine_gain"
        case isInUse = "in_use"
        case pinnedPrompts = "pinned_prompts"
    }
}

/// A stored choice, where a model is shown.
public struct TuningInfo: Codable, Sendable {
    public var settings: EngineTuning
    /// Over the node's own settings.
    public var gain: TuningGain
    /// Milliseconds since 1970.
    public var measuredAt: Int64
    /// Why it is not used: it was made with another engine or on another machine. Nil while it is.
    public var unused: String?

    public init(settings: EngineTuning, gain: TuningGain, measuredAt: Int64, unused: String?) {
        self.settings = settings
        self.gain = gain
        self.measuredAt = measuredAt
        self.unused = unused
    }

    enum CodingKeys: String, CodingKey {
        case settings, gain, unused
        case measuredAt = "measured_at"
    }
}

/// `DELETE /holdfast/v1/models/{name}/tune`.
public struct TuneResetBody: Codable, Sendable {
    public var name: String
    /// Choices that were dropped, also for other engines and machines.
    public var removed: Int
    public var isInUse: Bool

    public init(name: String, removed: Int, isInUse: Bool) {
        self.name = name
        self.removed = removed
        self.isInUse = isInUse
    }

    enum CodingKeys: String, CodingKey {
        case name, removed
        case isInUse = "in_use"
    }
}
