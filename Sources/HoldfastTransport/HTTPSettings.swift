/// How patient an ``HTTPClient`` is.
public struct HTTPSettings: Sendable {
    /// Until a connection stands, name and TLS included.
    public var connectSeconds = 15
    /// A transfer slower than ``stallBytesPerSecond`` for so long has stalled.
    public var stallSeconds = 30
    public var stallBytesPerSecond = 64
    /// What the client calls itself.
    public var userAgent = "holdfast"

    public init() {}
}
