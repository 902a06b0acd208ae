/// How engines are run on this machine.
public struct EngineSettings: Sendable, Equatable {
    /// Requests computed at the same time.
    public var slots = 4
    /// Tokens of context for one request, unless the model was trained for fewer.
    public var contextLength = 4096
    /// Requests that may wait for a slot.
    public var queue = QueueBounds()
    /// Threads for decoding and for prompts; nil takes as many as the machine has cores.
    public var threads: Int?
    public var batchSize = 512
    public var microBatchSize = 128
    public var flashAttention = true
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

    public func context(for model: LoadableModel) -> Int { context(trained: model.trainedContext) }

    /// Tokens of context for one request to a model.
    /// - Parameter trained: the most it was trained for.
    public func context(trained: Int?) -> Int { max(64, min(contextLength, trained ?? contextLength)) }
}
