/// `POST /holdfast/v1/access/tokens`.
public struct TokenCreateBody: Codable, Sendable {
    public static let defaultSeconds: Int64 = 90 * 86_400
    public static let maximumSeconds: Int64 = 365 * 86_400

    public var name: String
    public var role: String
    /// How long it lives; 90 days without.
    public var ttlSeconds: Int64?

    public init(name: String, role: String, ttlSeconds: Int64?) {
        self.name = name
        self.role = role
        self.ttlSeconds = ttlSeconds
    }

    enum CodingKeys: String, CodingKey {
        case name, role
        case ttlSeconds = "ttl_seconds"
    }
}

/// What is known of a token: all but its secret. Milliseconds since 1970.
public struct TokenInfo: Codable, Sendable {
    public var name: String
    /// As policies and the audit trail name its holder: `token:NAME`.
    public var subject: String
    public var role: String
    public var creatorUID: UInt32
    public var created: Int64
    public var expires: Int64
    public var isExpired: Bool
    /// The day it was last used, `2026-11-24` (UTC); nil for one that never was.
    public var lastUsed: String?

    public init(
        name: String, subject: String, role: String, creatorUID: UInt32, created: Int64, expires: Int64, isExpired: Bool,
        lastUsed: String?
    ) {
        self.name = name
        self.subject = subject
        self.role = role
        self.creatorUID = creatorUID
        self.created = created
        self.expires = expires
        self.isExpired = isExpired
        self.lastUsed = lastUsed
    }

    enum CodingKeys: String, CodingKey {
        case name, subject, role, created, expires
        case creatorUID = "creator_uid"
        case isExpired = "expired"
        case lastUsed = "last_used"
    }
}

/// The answer to `POST /holdfast/v1/access/tokens`: the only place where a token's text ever is.
public struct TokenCreatedBody: Codable, Sendable {
    public var token: String
    public var info: TokenInfo

    public init(token: String, info: TokenInfo) {
        self.token = token
        self.info = info
    }
}

/// `GET /holdfast/v1/access/tokens`: by name.
public struct TokenListBody: Codable, Sendable {
    public var tokens: [TokenInfo]
    public init(tokens: [TokenInfo]) { self.tokens = tokens }
}

/// `POST /holdfast/v1/access/sockets`.
public struct SocketCreateBody: Codable, Sendable {
    public var name: String
    /// `uid:N` or `user:NAME`, whose place its callers take; nil: they are `app:NAME`.
    public var subject: String?

    public init(name: String, subject: String?) {
        self.name = name
        self.subject = subject
    }
}

/// An application socket. Milliseconds since 1970.
public struct SocketInfo: Codable, Sendable {
    public var name: String
    /// `app:NAME`.
    public var subject: String
    /// The uid whose place its callers take as well.
    public var actsAs: UInt32?
    public var path: String
    public var creatorUID: UInt32
    public var created: Int64
    /// Why it is not open; nil when it is.
    public var problem: String?

    public init(
        name: String, subject: String, actsAs: UInt32?, path: String, creatorUID: UInt32, created: Int64, problem: String?
    ) {
        self.name = name
        self.subject = subject
        self.actsAs = actsAs
        self.path = path
        self.creatorUID = creatorUID
        self.created = created
        self.problem = problem
    }

    enum CodingKeys: String, CodingKey {
        case name, subject, path, created, problem
        case actsAs = "acts_as_uid"
        case creatorUID = "creator_uid"
    }
}

/// `GET /holdfast/v1/access/sockets`: by name.
public struct SocketListBody: Codable, Sendable {
    public var sockets: [SocketInfo]
    public init(sockets: [SocketInfo]) { self.sockets = sockets }
}

/// The answer to a revocation.
public struct SubjectRevokedBody: Codable, Sendable {
    public var name: String
    public init(name: String) { self.name = name }
}
