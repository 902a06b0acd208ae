/// A choice of `holdfast model tune`: for one model, made with one engine on one machine, and of use for nothing else.
public struct StoredTuning: Sendable, Equatable {
    public var model: SHA256Digest
    public var engine: EngineBuild
    /// What the machine computes with, in words: processor, cores, memory, instruction sets.
    public var hardware: String
    public var tuning: EngineTuning
    /// Over what the node does without it.
    public var gain: TuningGain
    /// By how much equal measurements of the same run differed, as a share.
    public var noise: Double
    /// Milliseconds since 1970.
    public var measuredAt: Int64

    public init(
        model: SHA256Digest, engine: EngineBuild, hardware: String, tuning: EngineTuning, gain: TuningGain, noise: Double, measuredAt: Int64
    ) {
        self.model = model
        self.engine = engine
        self.hardware = hardware
        self.tuning = tuning
        self.gain = gain
        self.noise = noise
        self.measuredAt = measuredAt
    }
}
