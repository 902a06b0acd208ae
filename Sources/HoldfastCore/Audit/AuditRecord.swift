/// One entry of the audit trail, in its final form: its RFC 8785 bytes are a leaf of the node's transparency log.
///
/// Integers only, no prompt and no answer text. `docs/audit-records.md` lists every key; a change of meaning is a new `version`.
public struct AuditRecord: Sendable, Equatable {
    public static let currentVersion: Int64 = 1
    /// A leaf must fit a tlog-tiles entry bundle: its length is 16 bits.
    public static let maximumBytes = 65_535

    public var version: Int64 = AuditRecord.currentVersion
    /// The request's id, as in `X-Request-Id`; an intent and its outcome share it.
    public var id: String
    /// Milliseconds since 1970 by the wall clock; where that shows a time that cannot be, by the node's own counting, and then ``clock`` says so.
    public var time: Int64
    /// Set by the writer; nil while the wall clock can be trusted.
    public var clock: Clock?
    /// Names one run of the daemon; with `sequence` it orders records whatever the clock did. Both are set by the writer.
    public var boot: String = ""
    public var sequence: Int64 = 0
    public var phase: Phase
    public var actor: AuditActor
    /// An operation's id, or an event of the daemon itself (`node.start`).
    public var operation: String
    public var resource: AuditResource?
    /// Allow-listed numbers; fractions in thousandths, their keys end in `_milli`.
    public var parameters: [String: Int64] = [:]
    public var content: AuditContent?
    public var outcome: AuditOutcome?
    public var duration: Int64?
    public var tokens: AuditTokens?
    public var policyGeneration: Int64
    /// How many equal events this record stands for.
    public var count: Int64 = 1

    public enum Clock: String, Sendable, CaseIterable {
        /// The machine's clock was not set: it was before this release was made, or before a time that this node has lived through.
        case untrusted
    }

    public enum Phase: String, Sendable, CaseIterable {
        /// The whole of it, in one record.
        case event
        /// Durable before the effect; an outcome with the same id follows, if need be `interrupted` after a crash.
        case intent
        case outcome
    }

    public init(
        id: String, time: Int64, phase: Phase, actor: AuditActor, operation: String, resource: AuditResource? = nil,
        outcome: AuditOutcome? = nil, policyGeneration: Int64
    ) {
        self.id = id
        self.time = time
        self.phase = phase
        self.actor = actor
        self.operation = operation
        self.resource = resource
        self.outcome = outcome
        self.policyGeneration = policyGeneration
    }
}

public struct AuditActor: Sendable, Equatable {
    public var uid: Int64
    public var gid: Int64
    public var pid: Int64
    public var groups: [Int64]
    public var socket: SocketKind
    /// The role and the `file:line` of the rule that allowed it; nil for a denial.
    public var role: String?
    public var rule: String?
    /// `token:NAME`, `app:NAME`, `loopback` or `anonymous`; nil for a caller on the node's own sockets.
    public var subject: String?

    /// Whose record it is, as ``Caller/tenant``: `uid:1001`, `token:kiosk`.
    public var tenant: String { subject ?? "uid:\(uid)" }

    public init(_ caller: Caller, role: String? = nil, rule: String? = nil) {
        self.init(
            uid: Int64(caller.uid), gid: Int64(caller.gid), pid: Int64(caller.pid), groups: caller.groups.map(Int64.init),
            socket: caller.socket, role: role, rule: rule, subject: caller.subject?.description)
    }

    init(uid: Int64, gid: Int64, pid: Int64, groups: [Int64], socket: SocketKind, role: String?, rule: String?, subject: String? = nil) {
        self.uid = uid
        self.gid = gid
        self.pid = pid
        self.groups = groups
        self.socket = socket
        self.role = role
        self.rule = rule
        self.subject = subject
    }
}

public struct AuditResource: Sendable, Equatable {
    public var kind: String
    /// As the caller wrote it, shortened to 255 bytes; it may name nothing that exists.
    public var name: String?
    public var digest: SHA256Digest?
    /// The further name that was given to it (`models.alias`).
    public var alias: String?

    public init(kind: String, name: String? = nil, digest: SHA256Digest? = nil, alias: String? = nil) {
        self.kind = kind
        self.name = name
        self.digest = digest
        self.alias = alias
    }
}

/// HMAC-SHA256 under a salt of 32 bytes that is kept apart and can be erased (`docs/audit-records.md` says over which bytes).
public struct AuditContent: Sendable, Equatable {
    public var prompt: String?
    /// Of the last message that the user wrote, alone; nil where the prompt has no messages.
    public var message: String?
    public var answer: String?
    /// The recipients of a policy to whom the content is captured, with a comma between them; nil when no role of the caller asks for it.
    public var recipients: String?
    /// Of the encrypted file that holds the prompt (an intent) or the answer (an outcome); nil when it was not captured.
    public var captured: SHA256Digest?

    public init(prompt: String? = nil, message: String? = nil, answer: String? = nil, recipients: String? = nil) {
        self.prompt = prompt
        self.message = message
        self.answer = answer
        self.recipients = recipients
    }
}

public struct AuditOutcome: Sendable, Equatable {
    public enum Result: String, Sendable, CaseIterable {
        case ok
        case denied
        case failed
        /// The caller hung up.
        case cancelled
        /// The daemon ended before the outcome was known.
        case interrupted
    }

    public var result: Result
    /// The error's code, where there is one.
    public var code: String?
    /// The HTTP status that was answered.
    public var status: Int64?
    /// Why generation ended: `stop`, `length`, …
    public var finish: String?

    public init(_ result: Result, code: String? = nil, status: Int64? = nil, finish: String? = nil) {
        self.result = result
        self.code = code
        self.status = status
        self.finish = finish
    }
}

public struct AuditTokens: Sendable, Equatable {
    public var prompt: Int64
    public var completion: Int64
    /// Tokens of the prompt that were not computed again.
    public var cached: Int64

    public init(prompt: Int64, completion: Int64, cached: Int64) {
        self.prompt = prompt
        self.completion = completion
        self.cached = cached
    }
}
