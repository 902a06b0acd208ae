/// `GET /holdfast/v1/access/whoami`.
public struct WhoamiBody: Codable, Sendable {
    public struct Role: Codable, Sendable {
        public var role: String
        /// Which subject of the binding matched: `group:apps`.
        public var subject: String
        /// `file:line` of the binding.
        public var binding: String

        public init(role: String, subject: String, binding: String) {
            self.role = role
            self.subject = subject
            self.binding = binding
        }
    }

    public var uid: UInt32
    public var gid: UInt32
    public var groups: [UInt32]
    public var pid: Int32
    public var socket: String
    public var roles: [Role]
    public var policyGeneration: Int

    public init(uid: UInt32, gid: UInt32, groups: [UInt32], pid: Int32, socket: String, roles: [Role], policyGeneration: Int) {
        self.uid = uid
        self.gid = gid
        self.groups = groups
        self.pid = pid
        self.socket = socket
        self.roles = roles
        self.policyGeneration = policyGeneration
    }

    enum CodingKeys: String, CodingKey {
        case uid, gid, groups, pid, socket, roles
        case policyGeneration = "policy_generation"
    }
}

/// `POST /holdfast/v1/access/can` and `/can-as`.
public struct CanBody: Codable, Sendable {
    public var verb: String
    /// `node` or `model:NAME[:TAG]`.
    public var resource: String
    /// Only with `/can-as`: `uid:N`, `gid:N`, `user:NAME` or `group:NAME`. A user brings the groups the system gives it.
    public var subject: String?

    public init(verb: String, resource: String, subject: String?) {
        self.verb = verb
        self.resource = resource
        self.subject = subject
    }
}

public struct CanAnswerBody: Codable, Sendable {
    public var allowed: Bool
    public var subject: String
    public var verb: String
    public var resource: String
    public var role: String?
    /// `file:line` of the rule and of the binding that decide, when it is allowed.
    public var rule: String?
    public var binding: String?
    /// One sentence for people.
    public var explanation: String
    /// How much, where it is allowed and every binding that allows it has limits.
    public var limits: [LimitedBody]?

    public init(
        allowed: Bool, subject: String, verb: String, resource: String, role: String?, rule: String?, binding: String?, explanation: String,
        limits: [LimitedBody]?
    ) {
        self.limits = limits
        self.allowed = allowed
        self.subject = subject
        self.verb = verb
        self.resource = resource
        self.role = role
        self.rule = rule
        self.binding = binding
        self.explanation = explanation
    }
}
