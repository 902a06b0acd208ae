public import HoldfastCore

/// What a model is asked, in values that were read and checked: an engine's JSON is written anew from them, a client's never passed on.
public struct GenerationRequest: Sendable, Equatable {
    public enum Prompt: Sendable, Equatable {
        /// A conversation, for the model's own chat template.
        case messages([Message])
        /// Text to be continued as it stands.
        case text(String)
    }

    public struct Message: Sendable, Equatable {
        public enum Role: String, Sendable, CaseIterable {
            case system
            case user
            case assistant
        }

        public var role: Role
        public var content: String

        public init(_ role: Role, _ content: String) {
            self.role = role
            self.content = content
        }
    }

    public var prompt: Prompt
    public var sampling: Sampling
    public var format: AnswerFormat

    public init(_ prompt: Prompt, sampling: Sampling = Sampling(), format: AnswerFormat = .text) {
        self.prompt = prompt
        self.sampling = sampling
        self.format = format
    }
}

/// How the next token is chosen, and when to stop. Nil leaves the engine's default.
public struct Sampling: Sendable, Equatable {
    /// 0 to 2.
    public var temperature: Double?
    /// 0 to 1.
    public var topP: Double?
    /// 0 (off) to 1,000,000.
    public var topK: Int?
    /// 0 to 1.
    public var minP: Double?
    public var seed: UInt32?
    /// -2 to 2.
    public var frequencyPenalty: Double?
    /// -2 to 2.
    public var presencePenalty: Double?
    /// At most 16, each of 1 to 1,024 bytes.
    public var stop: [String] = []
    /// 1 to 1,000,000 tokens of answer; nil until the model ends or the context is full.
    public var maxTokens: Int?
    /// Goes on when the model would end, to ``maxTokens``. For measuring: no client can ask for it.
    public var ignoresEnd = false

    public init() {}

    /// The second line after the API's own checks: what reaches an engine is in these ranges, whoever built the request.
    /// - Throws: ``HoldfastError`` `invalid_request` with OpenAI's name of the field.
    public func checked() throws -> Sampling {
        try check(temperature, in: 0...2, "temperature")
        try check(topP, in: 0...1, "top_p")
        try check(topK, in: 0...1_000_000, "top_k")
        try check(minP, in: 0...1, "min_p")
        try check(frequencyPenalty, in: -2...2, "frequency_penalty")
        try check(presencePenalty, in: -2...2, "presence_penalty")
        try check(maxTokens, in: 1...1_000_000, "max_tokens")
        guard stop.count <= 16, stop.allSatisfy({ (1...1024).contains($0.utf8.count) }) else {
            throw HoldfastError(.invalidRequest, "'stop' takes at most 16 texts of 1 to 1024 bytes.", field: "stop")
        }
        return self
    }

    /// NaN is in no range.
    private func check<Value: Comparable & Sendable>(_ value: Value?, in range: ClosedRange<Value>, _ field: String) throws {
        guard let value, !range.contains(value) else { return }
        throw HoldfastError(.invalidRequest, "'\(field)' must be from \(range.lowerBound) to \(range.upperBound).", field: field)
    }
}
