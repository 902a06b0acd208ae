/// `GET /holdfast/v1/access/limits`, `?subject=uid:1001` for what holds for one: every binding with limits, and what is used of them.
public struct LimitsBody: Codable, Sendable {
    /// What a caller has used.
    public struct Use: Codable, Sendable {
        /// `uid:1001`, `token:kiosk`.
        public var caller: String
        /// Admitted in the last 60 seconds, and under way.
        public var requests: Int64
        public var running: Int64
        /// In the last 24 hours; and what requests under way may still use. Counted only where `tokens_per_day` is set.
        public var tokens: Int64
        public var reservedTokens: Int64

        public init(caller: String, requests: Int64, running: Int64, tokens: Int64, reservedTokens: Int64) {
            self.caller = caller
            self.requests = requests
            self.running = running
            self.tokens = tokens
            self.reservedTokens = reservedTokens
        }

        enum CodingKeys: String, CodingKey {
            case caller, requests, running, tokens
            case reservedTokens = "reserved_tokens"
        }
    }

    public struct Binding: Codable, Sendable {
        public var role: String
        public var subjects: [String]
        /// `file:line` of the binding, and of its limits.
        public var binding: String
        public var location: String
        public var requestsPerMinute: Int64?
        public var concurrentRequests: Int64?
        public var tokensPerDay: Int64?
        public var context: Int64?
        /// As in the policy: `mon-fri 06:00-22:00`.
        public var hours: String?
        public var zone: String?
        /// Whether the hours are now; true without any.
        public var isOpen: Bool
        /// When they begin next (milliseconds since 1970); nil while they last.
        public var opensAt: Int64?
        /// Callers that used something lately.
        public var use: [Use]

        public init(role: String, subjects: [String], binding: String, location: String, isOpen: Bool, opensAt: Int64?, use: [Use]) {
            self.role = role
            self.subjects = subjects
            self.binding = binding
            self.location = location
            self.isOpen = isOpen
            self.opensAt = opensAt
            self.use = use
        }

        enum CodingKeys: String, CodingKey {
            case role, subjects, binding, location, context, hours, zone, use
            case requestsPerMinute = "requests_per_minute"
            case concurrentRequests = "concurrent_requests"
            case tokensPerDay = "tokens_per_day"
            case isOpen = "open"
            case opensAt = "opens_at"
        }
    }

    public var bindings: [Binding]
    public var policyGeneration: Int

    public init(bindings: [Binding], policyGeneration: Int) {
        self.bindings = bindings
        self.policyGeneration = policyGeneration
    }

    enum CodingKeys: String, CodingKey {
        case bindings
        case policyGeneration = "policy_generation"
    }
}

/// The limits of a binding, in the answers of `can`, `explain` and `who-can`.
public struct LimitedBody: Codable, Sendable {
    /// `30 requests a minute, 2 at a time`
    public var limits: String
    /// `file:line`
    public var location: String

    public init(limits: String, location: String) {
        self.limits = limits
        self.location = location
    }
}
