/// An allowance has no room for a request.
public struct LimitRefusal: Error, Hashable, Sendable {
    public let kind: LimitKind
    public let allowance: Allowance
    /// What is used of the bound, for a context what the request would take; 0 for hours.
    public let used: Int64
    /// What of ``LimitKind/tokensPerDay`` the request could take.
    public let wanted: Int64
    /// Seconds after which it is worth trying again; nil where waiting does not help.
    public let retryAfter: Int?

    public init(_ kind: LimitKind, _ allowance: Allowance, used: Int64 = 0, wanted: Int64 = 0, retryAfter: Int?) {
        self.kind = kind
        self.allowance = allowance
        self.used = used
        self.wanted = wanted
        self.retryAfter = retryAfter
    }

    /// The line that sets the limit.
    public var location: SourceLocation { allowance.limits?.location(of: kind) ?? allowance.grant.binding }

    /// The limit's name as a key with its bound, and what was used, for the audit record; of hours 0.
    public var parameters: [String: Int64] {
        var parameters = ["limit_\(kind.rawValue)": allowance.limits?.bound(kind) ?? 0]
        if kind != .hours { parameters["used"] = used }
        if kind == .tokensPerDay { parameters["wanted"] = wanted }
        return parameters
    }

    /// Which of two refusals to tell: the one that is over sooner.
    public func isOver(before other: LimitRefusal) -> Bool { (retryAfter ?? .max) < (other.retryAfter ?? .max) }

    /// What the caller is told: its own limit, and neither files nor lines.
    public func error(for caller: Caller) -> HoldfastError {
        HoldfastError(
            .limitExceeded, message, hint: hint ?? "an administrator can look: holdfast access limits --as \(caller.tenant)",
            field: kind == .context ? "max_tokens" : nil, retryAfter: retryAfter)
    }

    private var message: String {
        let bound = allowance.limits?.bound(kind) ?? 0
        switch kind {
        case .requestsPerMinute:
            return "No more than \(bound) \(bound == 1 ? "request" : "requests") a minute (requests_per_minute)."
        case .concurrentRequests:
            return "No more than \(bound) \(bound == 1 ? "request" : "requests") at a time (concurrent_requests)."
        case .tokensPerDay:
            return "Of \(bound) tokens in 24 hours (tokens_per_day) \(max(0, bound - used)) are left, and this request may take \(wanted)."
        case .context: return "This request takes a context of \(used) tokens, and the most is \(bound) (context)."
        case .hours:
            return "Now is not one of the hours: \(allowance.limits?.hours?.description ?? "none") (\(allowance.limits?.zone ?? "UTC"))."
        }
    }

    private var hint: String? {
        switch kind {
        case .context: "a smaller max_tokens, or a shorter prompt"
        case .tokensPerDay where wanted > 1: "a smaller max_tokens asks for less; or later"
        default: nil
        }
    }
}
