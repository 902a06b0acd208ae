/// What comes of a request: any number of deltas, then one end.
public enum GenerationEvent: Sendable, Equatable {
    /// Text to be added; whole characters, never empty.
    case delta(String)
    case finished(FinishReason, TokenUsage, GenerationTimings)
}

/// Why a model stopped. The raw values are OpenAI's.
public enum FinishReason: String, Sendable {
    /// It said so, or a stop text came.
    case stop
    /// `maxTokens` or the context's end was reached.
    case length
}

/// Tokens of one request.
public struct TokenUsage: Sendable, Equatable {
    /// All of the prompt, cached ones among them.
    public var prompt: Int
    public var completion: Int
    /// Of the prompt, those that did not have to be computed.
    public var cached: Int

    public init(prompt: Int, completion: Int, cached: Int) {
        self.prompt = prompt
        self.completion = completion
        self.cached = cached
    }
}

/// Where the time of one request went.
public struct GenerationTimings: Sendable, Equatable {
    /// Waiting until the model was loaded; zero when it was.
    public var load: Duration
    /// Waiting for a slot.
    public var queued: Duration
    /// Computing what of the prompt was not cached.
    public var prompt: Duration
    /// Computing the answer.
    public var completion: Duration

    public init(load: Duration = .zero, queued: Duration, prompt: Duration, completion: Duration) {
        self.load = load
        self.queued = queued
        self.prompt = prompt
        self.completion = completion
    }
}
