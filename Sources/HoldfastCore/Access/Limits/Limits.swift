/// How much each caller of a binding may use models. Nil is no bound. Every caller has the whole of it: nothing is shared within a group.
public struct Limits: Hashable, Sendable {
    public internal(set) var requestsPerMinute: Int64?
    public internal(set) var concurrentRequests: Int64?
    public internal(set) var tokensPerDay: Int64?
    public internal(set) var context: Int64?
    public internal(set) var hours: OpenHours?
    /// Whose clock ``hours`` are read on, by its IANA name; there is one exactly when there are hours.
    public internal(set) var zone: String?
    /// Of `limits` itself, and of each of its keys.
    public let location: SourceLocation
    var locations: [LimitKind: SourceLocation] = [:]
    var zoneLocation: SourceLocation?

    init(location: SourceLocation) { self.location = location }

    /// The line that sets a limit.
    public func location(of kind: LimitKind) -> SourceLocation { locations[kind] ?? location }

    /// The number that bounds; nil for ``LimitKind/hours`` and for what is not bounded.
    public func bound(_ kind: LimitKind) -> Int64? {
        switch kind {
        case .requestsPerMinute: requestsPerMinute
        case .concurrentRequests: concurrentRequests
        case .tokensPerDay: tokensPerDay
        case .context: context
        case .hours: nil
        }
    }

    mutating func set(_ kind: LimitKind, _ bound: Int64) {
        switch kind {
        case .requestsPerMinute: requestsPerMinute = bound
        case .concurrentRequests: concurrentRequests = bound
        case .tokensPerDay: tokensPerDay = bound
        case .context: context = bound
        case .hours: break
        }
    }
}

extension Limits: CustomStringConvertible {
    /// `30 requests a minute, 2 at a time, 200000 tokens a day, a context of 4096, mon-fri 06:00-22:00 (Europe/Berlin)`. Two that say the
    /// same are the same limits, wherever they stand.
    public var description: String {
        var parts: [String] = []
        if let requestsPerMinute { parts.append("\(requestsPerMinute) \(requestsPerMinute == 1 ? "request" : "requests") a minute") }
        if let concurrentRequests { parts.append("\(concurrentRequests) at a time") }
        if let tokensPerDay { parts.append("\(tokensPerDay) tokens a day") }
        if let context { parts.append("a context of \(context)") }
        if let hours, let zone { parts.append("\(hours) (\(zone))") }
        return parts.joined(separator: ", ")
    }
}
