/// What a binding can bound. The raw values are the keys of `limits` in a policy, and what messages and audit records say.
public enum LimitKind: String, CaseIterable, Sendable {
    /// Requests admitted in any 60 seconds.
    case requestsPerMinute = "requests_per_minute"
    /// Requests under way.
    case concurrentRequests = "concurrent_requests"
    /// Tokens of prompts and answers in any 24 hours.
    case tokensPerDay = "tokens_per_day"
    /// Tokens of prompt and answer of one request.
    case context
    /// Times of the week.
    case hours

    /// What a number may be; nil for ``hours``, which is none.
    public var range: ClosedRange<Int64>? {
        switch self {
        case .requestsPerMinute: 1...1_000_000
        case .concurrentRequests: 1...100_000
        case .tokensPerDay: 1...1_000_000_000_000
        case .context: 1...1_000_000_000
        case .hours: nil
        }
    }
}
