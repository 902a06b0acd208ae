/// Asks two policies what was asked before, as the audit trail has it, and tells the answers apart.
///
/// Who asked is rebuilt from a record's actor, what was asked from its operation and its resource's name. A record that says too little
/// (one of the daemon itself, of an operation this version does not know, of a name no model can have) is left out and counted.
public struct Replay: Sendable {
    /// One decision that would be another, and how often it was asked.
    public struct Change: Hashable, Sendable {
        public let caller: Caller
        public let operation: String
        public let verb: Verb
        /// Nil for a list: the verb on anything.
        public let resource: Resource?
        /// What would be decided from then on.
        public let after: Decision
        public fileprivate(set) var count: Int64
        /// Milliseconds since 1970.
        public fileprivate(set) var last: Int64
    }

    private struct Question: Hashable {
        /// Without its process.
        let caller: Caller
        let operation: String
        let resource: Resource?
    }

    private let before: Authorizer
    private let after: Authorizer
    private let verb: @Sendable (String) -> Verb?
    private let tokenRole: @Sendable (String) -> String?
    private var changes: [Question: Change] = [:]
    private var unchanged: Set<Question> = []
    /// Records that were asked again.
    public private(set) var replayed = 0
    /// Records that could not be.
    public private(set) var skipped = 0

    /// - Parameters:
    ///   - tokenRole: the role of the token of a name; nil for one that is gone, whose holder then has what the policy binds to its name.
    ///   - verb: the verb an operation needs; nil for one that needs none or that is not known.
    public init(
        from before: Authorizer, to after: Authorizer, tokenRole: @escaping @Sendable (String) -> String? = { _ in nil },
        verb: @escaping @Sendable (String) -> Verb?
    ) {
        self.before = before
        self.after = after
        self.verb = verb
        self.tokenRole = tokenRole
    }

    /// An intent is left out without being counted: its outcome asks the same.
    public mutating func take(_ record: AuditRecord) {
        guard record.phase != .intent else { return }
        guard let (question, verb) = question(record) else {
            skipped += 1
            return
        }
        replayed += 1
        if unchanged.contains(question) { return }
        var change: Change
        if let known = changes[question] {
            change = known
        } else {
            let decision = Self.decide(after, question.caller, verb, question.resource)
            guard Self.decide(before, question.caller, verb, question.resource).isAllowed != decision.isAllowed else {
                unchanged.insert(question)
                return
            }
            change = Change(
                caller: question.caller, operation: question.operation, verb: verb, resource: question.resource, after: decision, count: 0,
                last: record.time)
        }
        change.count += record.count
        change.last = max(change.last, record.time)
        changes[question] = change
    }

    /// Most often asked first.
    public var found: [Change] {
        changes.values.sorted {
            ($1.count, $0.caller.uid, $0.operation, $0.resource?.description ?? "", $0.caller.groups.description)
                < ($0.count, $1.caller.uid, $1.operation, $1.resource?.description ?? "", $1.caller.groups.description)
        }
    }

    private static func decide(_ authorizer: Authorizer, _ caller: Caller, _ verb: Verb, _ resource: Resource?) -> Decision {
        resource.map { authorizer.decide(caller, Permission(verb, on: $0)) } ?? authorizer.mayAnything(caller, verb)
    }

    private func question(_ record: AuditRecord) -> (Question, Verb)? {
        let actor = record.actor
        guard actor.socket != .internal, let verb = verb(record.operation), let uid = UInt32(exactly: actor.uid),
            let gid = UInt32(exactly: actor.gid)
        else { return nil }
        let groups = actor.groups.compactMap { UInt32(exactly: $0) }
        guard groups.count == actor.groups.count else { return nil }
        var resource: Resource?
        if verb.resourceKind == .node {
            resource = .node
        } else if let name = record.resource?.name {
            guard let name = try? ModelName(parsing: name) else { return nil }
            resource = .model(name)
        }
        let subject = actor.subject.flatMap { NamedSubject(recorded: $0, role: tokenRole) }
        guard actor.subject == nil || subject != nil else { return nil }
        let caller = Caller(uid: uid, gid: gid, pid: 0, groups: groups, socket: actor.socket, subject: subject)
        return (Question(caller: caller, operation: record.operation, resource: resource), verb)
    }
}
