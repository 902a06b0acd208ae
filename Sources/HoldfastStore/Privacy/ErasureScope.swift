import GRDB
public import HoldfastCore

/// Whose content is to be forgotten.
public enum ErasureScope: Hashable, Sendable {
    /// One request, by its id.
    case request(String)
    /// All a uid has caused, also through application sockets that act as it.
    case uid(UInt32)
    /// All that `token:NAME`, `app:NAME`, `loopback` has caused.
    case subject(String)

    /// How the `audit.forget` record names it: `request ID`, `subject uid:N`, `subject token:NAME`.
    public var resource: AuditResource {
        switch self {
        case .request(let id): AuditResource(kind: "request", name: id)
        case .uid(let uid): AuditResource(kind: "subject", name: "uid:\(uid)")
        case .subject(let name): AuditResource(kind: "subject", name: name)
        }
    }

    var filter: AuditFilter {
        switch self {
        case .request(let id): AuditFilter(id: id)
        case .uid(let uid): AuditFilter(actorUID: Int64(uid))
        case .subject(let name): AuditFilter(actorSubject: name)
        }
    }

    /// Whether it includes a record.
    func covers(_ record: AuditRecord) -> Bool {
        switch self {
        case .request(let id): record.id == id
        case .uid(let uid): record.actor.uid == Int64(uid)
        case .subject(let name): record.actor.subject == name
        }
    }

    /// - Returns: nil for a resource that no `audit.forget` record has.
    init?(_ resource: AuditResource?) {
        switch (resource?.kind, resource?.name) {
        case ("request", let id?): self = .request(id)
        case ("subject", let name?):
            self = name.hasPrefix("uid:") ? UInt32(name.dropFirst(4)).map(Self.uid) ?? .subject(name) : .subject(name)
        default: return nil
        }
    }

    var columns: (kind: String, name: String) {
        switch self {
        case .request(let id): ("request", id)
        case .uid(let uid): ("uid", String(uid))
        case .subject(let name): ("subject", name)
        }
    }

    init?(kind: String, name: String) {
        switch kind {
        case "request": self = .request(name)
        case "uid":
            guard let uid = UInt32(name) else { return nil }
            self = .uid(uid)
        case "subject": self = .subject(name)
        default: return nil
        }
    }
}

/// How much is held of whom.
public struct HeldContent: Sendable, Equatable {
    /// Requests of which a salt or anything else is held.
    public var requests: Int64
    /// Captured prompts and answers among it.
    public var files: Int64
    /// It was counted over the records before this one.
    public var past: Int64
}

/// A forgetting that is recorded and under way.
public struct Erasure: Hashable, Sendable {
    /// Of the `audit.forget` record.
    public let id: String
    public let scope: ErasureScope
    /// It speaks of the records before this one.
    public let past: Int64
}
