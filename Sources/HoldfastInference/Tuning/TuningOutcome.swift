public import HoldfastCore

/// What came of measuring a model.
public struct TuningOutcome: Sendable, Equatable {
    /// Settings with what was measured of them in the last rounds, medians.
    public struct Measured: Sendable, Equatable {
        public var tuning: EngineTuning
        public var speed: EngineSpeed
    }

    /// The node's own settings.
    public var defaults: Measured
    /// llama-server's own; nil when there was no time for them.
    public var engineDefaults: Measured?
    /// The best of what was tried, and what it gains over ``defaults``; nil when nothing came near them.
    public var best: Measured?
    public var gain: TuningGain
    /// Over ``engineDefaults``, of what is used from now on.
    public var engineGain: TuningGain?
    /// By how much equal measurements of the defaults differed in the last rounds, as a share; at least 0.02.
    public var noise: Double
    /// Whether ``best`` is better than the defaults by more than the noise, in the median and in its slowest round against their fastest.
    public var isBetter: Bool
    /// Rounds in which defaults and best were measured one after the other.
    public var rounds: Int
    /// Engines that were started.
    public var trials: Int
    /// What this engine could not be started with.
    public var unsupported: [EngineTuning]
}

/// What is going on, for who waits.
public struct TuningProgress: Sendable, Equatable {
    public enum Stage: String, Sendable, Codable {
        /// How fast the model is at all.
        case calibrate
        /// One setting changed at a time.
        case coarse
        /// The best ones together; the worse half goes after each round.
        case fine
        /// The best beside the defaults, several times in turn.
        case confirm
        /// Somebody uses the node; nothing is measured meanwhile.
        case waiting
    }

    public var stage: Stage
    /// Of this stage.
    public var done: Int
    public var total: Int
    /// What was measured last, and how fast it was; nil before the first.
    public var tuning: EngineTuning?
    public var speed: EngineSpeed?
}
