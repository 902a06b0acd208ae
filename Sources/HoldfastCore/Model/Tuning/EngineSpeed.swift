/// How fast an engine computed, by its own timings.
public struct EngineSpeed: Sendable, Hashable, Codable {
    /// The request by which settings are compared: so many tokens of prompt, then so many of answer.
    public static let referencePrompt = 512.0
    public static let referenceAnswer = 128.0

    /// Tokens of prompt per second.
    public var prompt: Double
    /// Tokens of answer per second.
    public var answer: Double

    public init(prompt: Double, answer: Double) {
        self.prompt = prompt
        self.answer = answer
    }

    /// What the reference request takes: both phases count by the time that is spent in them.
    public var seconds: Double { Self.referencePrompt / prompt + Self.referenceAnswer / answer }
}

/// What a choice gains over what it was compared with: 1.2 is a fifth more tokens in the same time.
public struct TuningGain: Sendable, Hashable, Codable {
    /// Of the reference request.
    public var total: Double
    public var prompt: Double
    public var answer: Double

    public init(total: Double, prompt: Double, answer: Double) {
        self.total = total
        self.prompt = prompt
        self.answer = answer
    }

    /// Medians over rounds in which both were measured one after the other.
    /// - Parameter rounds: not empty.
    public init(of chosen: [EngineSpeed], over others: [EngineSpeed]) {
        let pairs = Array(zip(chosen, others))
        total = pairs.map { $1.seconds / $0.seconds }.median
        prompt = pairs.map { $0.prompt / $1.prompt }.median
        answer = pairs.map { $0.answer / $1.answer }.median
    }
}

extension Array<Double> {
    /// 0 of nothing.
    public var median: Double {
        let sorted = sorted()
        guard let last = sorted.indices.last else { return 0 }
        return (sorted[last / 2] + sorted[(last + 1) / 2]) / 2
    }
}
