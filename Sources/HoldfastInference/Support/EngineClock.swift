/// Time as the engines' supervision sees it: a seam, so that tests need not wait.
public protocol EngineClock: Sendable {
    /// Time since a fixed moment; never goes back.
    var now: Duration { get }
    func sleep(for duration: Duration) async throws
}

/// The machine's monotonic clock.
public struct SystemEngineClock: EngineClock {
    private static let origin = ContinuousClock.now

    public init() {}

    public var now: Duration { ContinuousClock.now - Self.origin }
    public func sleep(for duration: Duration) async throws { try await Task.sleep(for: duration) }
}
