/// An access token, without its secret.
public struct AccessToken: Sendable, Equatable {
    /// The most there can be at one time: each request on the loopback listener is held against all of them.
    public static let maximumCount = 1024

    public var name: String
    /// SHA-256 of its text; 32 bytes.
    public var hash: [UInt8]
    public var role: String
    public var creatorUID: UInt32
    /// Milliseconds since 1970.
    public var created: Int64
    public var expires: Int64
    /// Days since 1970 (UTC); nil for one that was never used.
    public var usedDay: Int64?

    public init(name: String, hash: [UInt8], role: String, creatorUID: UInt32, created: Int64, expires: Int64, usedDay: Int64? = nil) {
        self.name = name
        self.hash = hash
        self.role = role
        self.creatorUID = creatorUID
        self.created = created
        self.expires = expires
        self.usedDay = usedDay
    }

    static let millisecondsPerDay: Int64 = 86_400_000

    /// Days since 1970, within what the table takes whatever the clock says.
    public static func day(at time: Int64) -> Int64 { min(max(0, time / millisecondsPerDay), 1_000_000) }

    /// A clock that was set back revives nothing that was used later than it now says.
    public func isExpired(at time: Int64) -> Bool {
        max(time, created, (usedDay ?? 0) * Self.millisecondsPerDay) >= expires
    }
}

/// A socket that stands for one subject, whoever connects to it.
public struct ApplicationSocket: Sendable, Equatable {
    /// Each is an open listener.
    public static let maximumCount = 256

    public var name: String
    /// The uid whose place its callers take; nil: they are `app:NAME` and nobody else.
    public var actsAs: UInt32?
    public var creatorUID: UInt32
    /// Milliseconds since 1970.
    public var created: Int64

    public init(name: String, actsAs: UInt32?, creatorUID: UInt32, created: Int64) {
        self.name = name
        self.actsAs = actsAs
        self.creatorUID = creatorUID
        self.created = created
    }
}
