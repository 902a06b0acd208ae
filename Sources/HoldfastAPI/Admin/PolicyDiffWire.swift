/// `POST /holdfast/v1/access/policy/diff`.
public struct PolicyDiffBody: Codable, Sendable {
    public static let defaultRecords = 10_000
    public static let maximumRecords = 100_000

    /// The candidate; nil: the daemon's own directory.
    public var files: [PolicyFileBody]?
    /// How many of the newest audit records are replayed; 1 to 100,000, 10,000 when nil.
    public var records: Int?

    public init(files: [PolicyFileBody]?, records: Int?) {
        self.files = files
        self.records = records
    }
}

public struct PolicyDiffAnswerBody: Codable, Sendable {
    /// A subject and the role a binding gives it.
    public struct Link: Codable, Sendable {
        public var role: String
        public var subject: String
        /// `file:line` of the binding, in the policy that has it.
        public var binding: String

        public init(role: String, subject: String, binding: String) {
            self.role = role
            self.subject = subject
            self.binding = binding
        }
    }

    /// A decision that would be another.
    public struct Change: Codable, Sendable {
        public var uid: UInt32
        public var gid: UInt32
        public var groups: [UInt32]
        /// `token:NAME` and the like, where the ids say nothing.
        public var subject: String?
        public var socket: String
        public var operation: String
        public var verb: String
        /// Nil for a list: the verb on anything.
        public var resource: String?
        /// What it would be from then on; it is the opposite now.
        public var allowed: Bool
        /// The rule that would allow it.
        public var rule: String?
        /// How often it was asked in the records that were replayed, and when last (milliseconds since 1970).
        public var count: Int64
        public var last: Int64

        public init(
            uid: UInt32, gid: UInt32, groups: [UInt32], subject: String?, socket: String, operation: String, verb: String,
            resource: String?, allowed: Bool, rule: String?, count: Int64, last: Int64
        ) {
            self.uid = uid
            self.gid = gid
            self.groups = groups
            self.subject = subject
            self.socket = socket
            self.operation = operation
            self.verb = verb
            self.resource = resource
            self.allowed = allowed
            self.rule = rule
            self.count = count
            self.last = last
        }
    }

    /// The generation that rules, which the candidate is held against.
    public var generation: Int
    /// Of the candidate.
    public var digest: String
    public var warnings: [String]
    /// Records that were asked again, and those that could not be.
    public var replayed: Int
    public var skipped: Int
    /// Most often asked first.
    public var changes: [Change]
    public var addedRoles: [String]
    public var removedRoles: [String]
    public var changedRoles: [String]
    public var addedBindings: [Link]
    public var removedBindings: [Link]
    /// Of bindings that stay.
    public var changedLimits: [Link]

    public init(
        generation: Int, digest: String, warnings: [String], replayed: Int, skipped: Int, changes: [Change], addedRoles: [String],
        removedRoles: [String], changedRoles: [String], addedBindings: [Link], removedBindings: [Link],
        changedLimits: [Link]
    ) {
        self.changedLimits = changedLimits
        self.generation = generation
        self.digest = digest
        self.warnings = warnings
        self.replayed = replayed
        self.skipped = skipped
        self.changes = changes
        self.addedRoles = addedRoles
        self.removedRoles = removedRoles
        self.changedRoles = changedRoles
        self.addedBindings = addedBindings
        self.removedBindings = removedBindings
    }

    enum CodingKeys: String, CodingKey {
        case generation, digest, warnings, replayed, skipped, changes
        case addedRoles = "added_roles"
        case removedRoles = "removed_roles"
        case changedRoles = "changed_roles"
        case addedBindings = "added_bindings"
        case removedBindings = "removed_bindings"
        case changedLimits = "changed_limits"
    }
}
