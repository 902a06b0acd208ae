public import HoldfastCore

/// What OpenAI's API has no words for: how urgent a request is, and how long the model is to stay loaded after it.
public struct SchedulingFields: Sendable, Equatable {
    /// `interactive`, `normal` or `batch`; the policy's for the caller when absent, and never more than that.
    public var priority: RequestPriority?
    /// As Ollama has it: `"5m"`, a number of seconds, 0, or negative for ever.
    public var keepAlive: KeepAlive?

    init(_ fields: RequestFields) throws {
        let words = "one of interactive, normal, batch"
        if let word = try fields.optional("priority", as: String.self, expected: words) {
            guard let known = RequestPriority(rawValue: word) else {
                throw RequestFields.refusal("'priority' must be \(words).", field: "priority")
            }
            priority = known
        }
        keepAlive = try fields.optional("keep_alive", as: KeepAliveField.self, expected: KeepAliveField.expected)?.value
    }
}

private struct KeepAliveField: Decodable {
    static let expected = "a time such as \"5m\", or a number of seconds; negative for ever"
    let value: KeepAlive

    init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        let value: KeepAlive?
        if let text = try? container.decode(String.self) {
            value = KeepAlive(text)
        } else {
            let seconds = try container.decode(Double.self)
            value = seconds.isFinite ? KeepAlive(seconds: seconds) : nil
        }
        guard let value else { throw RequestFields.refusal("'keep_alive' must be \(Self.expected).", field: "keep_alive") }
        self.value = value
    }
}
