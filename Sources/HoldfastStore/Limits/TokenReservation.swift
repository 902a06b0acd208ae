/// The most a request under way may use of a day's tokens.
public struct TokenReservation: Sendable, Equatable {
    /// Whose: the caller, and the binding's account of it.
    public var tenant: String
    public var account: String
    /// Tokens of the prompt.
    public var prompt: Int64
    /// Tokens of the prompt and of the longest answer.
    public var tokens: Int64
    /// Tokens in 24 hours.
    public var limit: Int64

    public init(tenant: String, account: String, prompt: Int64, tokens: Int64, limit: Int64) {
        self.tenant = tenant
        self.account = account
        self.prompt = prompt
        self.tokens = max(prompt, tokens)
        self.limit = limit
    }
}

/// A reservation does not fit into what is left.
public struct TokenShortage: Error, Sendable, Equatable {
    /// Used in the last 24 hours, with what is reserved.
    public var used: Int64
    /// Seconds until enough of that is older than 24 hours; nil where the request would not fit an empty day.
    public var retryAfter: Int?
}

/// What a caller has used of an account.
public struct TokenUse: Sendable, Equatable {
    public var tenant: String
    public var account: String
    /// In the last 24 hours.
    public var used: Int64
    /// By requests under way, the most they may use.
    public var reserved: Int64

    public init(tenant: String, account: String, used: Int64, reserved: Int64) {
        self.tenant = tenant
        self.account = account
        self.used = used
        self.reserved = reserved
    }
}
