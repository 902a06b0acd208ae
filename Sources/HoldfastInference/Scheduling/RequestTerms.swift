public import HoldfastCore

/// On whose behalf a model is asked, and how urgently.
public struct RequestTerms: Sendable, Equatable {
    /// Whose work it is: cached prefixes, turns and bounds are kept apart by it.
    public var tenant: String
    public var priority: RequestPriority
    /// How long the model is to stay loaded for this tenant after the request; nil for the node's default.
    public var keepAlive: KeepAlive?

    public init(tenant: String, priority: RequestPriority = .normal, keepAlive: KeepAlive? = nil) {
        self.tenant = tenant
        self.priority = priority
        self.keepAlive = keepAlive
    }
}
