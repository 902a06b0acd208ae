public import HoldfastCore

/// One row of the operation table: what a request may ask for, where, and what it needs. There is no route outside the table.
public struct Operation: Sendable, Hashable {
    public enum Method: String, Sendable, CaseIterable {
        case get = "GET"
        case post = "POST"
        case delete = "DELETE"
    }

    /// What a caller needs. There is no default: an operation without one does not compile.
    public enum Access: Sendable, Hashable {
        /// The verb on the resource the request names.
        case verb(Verb)
        /// Any caller the kernel vouches for; the reason is shown in the vocabulary page.
        case anyCaller(because: String)
    }

    /// What the audit trail holds of it.
    public enum Audited: String, Sendable, Hashable {
        /// One record, in the transaction of the change itself.
        case change
        /// The effect lies outside the database: a durable intent before it, an outcome after it.
        case effect
        /// Denials are records; allowed calls are counted by caller and minute.
        case counted
        /// An intent, durable before the first byte of the answer, and an outcome, durable before the last.
        case inference
        case never
    }

    /// Stable, as in the audit trail: `models.add`.
    public let id: String
    public let method: Method
    /// Hummingbird's pattern: `{name}` is one path component, percent-decoded.
    public let path: String
    public let socket: SocketKind
    public let access: Access
    public let audited: Audited
    /// What it does, in the words of the vocabulary page.
    public let summary: String

    public init(
        id: String, method: Method, path: String, socket: SocketKind, access: Access, audited: Audited, summary: String
    ) {
        self.id = id
        self.method = method
        self.path = path
        self.socket = socket
        self.access = access
        self.audited = audited
        self.summary = summary
    }

    public static func == (left: Self, right: Self) -> Bool { left.id == right.id && left.socket == right.socket }
    public func hash(into hasher: inout Hasher) { hasher.combine(id) }
}
