public import HoldfastCore

/// How engines are run on this machine.
public struct EngineSettings: Sendable, Equatable {
    /// Requests computed at the same time.
    public var slots = 4
    /// Tokens of context for one request, unless the model was trained for fewer.
    public var contextLength = 4096
    /// Requests that may wait for a slot.
    public var queue = QueueBounds()
    /// Threads for answers; nil takes as many as the machine has cores.
    public var threads: Int?
    /// Threads for prompts; nil takes as many as for answers.
    public var batchThreads: Int?
    public var batchSize = 512
    public var microBatchSize = 128
    public var flashAttention = true
    public var cacheType = EngineTuning.CacheType.f16
    public var speculation = EngineTuning.Speculation.off
    /// The engine that these settings were chosen for; any other runs as the node says. Nil: for all.
    public var tunedFor: EngineBuild?
    /// The engine is started to be measured: nobody's prompts come near it, and nothing it computes is kept.
    public var isTrial = false
    /// Models with a sliding window keep keys and values of the whole context, so that their prefixes can be restored.
    public var keepsFullWindow = false
    /// An engine that shows no progress for this long, loading or computing, is ended.
    public var stall: Duration = .seconds(30)
    /// An engine that takes up no request for this long while it computes is ended, however busy it is: what one request keeps it at, all wait
    /// for. Long, since a large model's prompt is computed in pieces of ``batchSize``.
    public var silence: Duration = .seconds(300)
    /// The longest a load may take, whatever progress it shows.
    public var loadLimit: Duration = .seconds(900)
    /// After SIGTERM. Short: an engine with an open request does not go by itself.
    public var stopGrace: Duration = .seconds(2)
    public var limits = EngineLimits()

    public init() {}

    /// Of these settings, those that `model tune` chooses.
    public var tuning: EngineTuning {
        EngineTuning(
            threads: threads, batchThreads: batchThreads, microBatchSize: microBatchSize, flashAttention: flashAttention,
            cacheType: cacheType, speculation: speculation)
    }

    /// These settings with others chosen. Threads that the configuration names stay what it says.
    public func tuned(_ tuning: EngineTuning, for engine: EngineBuild? = nil) -> EngineSettings {
        var settings = self
        if settings.threads == nil {
            settings.threads = tuning.threads
            settings.batchThreads = tuning.batchThreads
        }
        settings.microBatchSize = tuning.microBatchSize
        settings.flashAttention = tuning.flashAttention
        settings.cacheType = tuning.cacheType
        settings.speculation = tuning.speculation
        settings.tunedFor = engine
        return settings
    }

    public func context(for model: LoadableModel) -> Int { context(trained: model.trainedContext) }

    /// Tokens of context for one request to a model.
    /// - Parameter trained: the most it was trained for.
    public func context(trained: Int?) -> Int { max(64, min(contextLength, trained ?? contextLength)) }
}
