/// The subject of a record as an OCSF actor, with the decision about it.
enum OCSFActor {
    static func members(_ record: AuditRecord) -> [String: CanonicalJSON] {
        let actor = record.actor
        let (type, name): (Int64, CanonicalJSON) =
            switch (actor.socket, actor.uid) {
            case (.internal, _): (3, "System")
            case (_, 0): (2, "Admin")
            default: (1, "User")
            }
        var user: [String: CanonicalJSON] = ["type_id": .integer(type), "type": name]
        user["name"] = actor.subject.map(CanonicalJSON.string)
        // A caller that only its token names has no uid of its own.
        if actor.uid != Int64(Caller.noID) { user["uid"] = .string("\(actor.uid)") }
        if !actor.groups.isEmpty { user["groups"] = .array(actor.groups.map { ["uid": .string("\($0)")] }) }
        var members: [String: CanonicalJSON] = ["user": .object(user), "process": ["pid": .integer(actor.pid)]]
        if actor.socket == .internal { members["app_name"] = "holdfastd" }
        members["authorizations"] = authorization(record).map { .array([$0]) }
        return members
    }

    private static func authorization(_ record: AuditRecord) -> CanonicalJSON? {
        let isDenied = record.outcome?.result == .denied
        guard isDenied || record.actor.role != nil else { return nil }
        var policy: [String: CanonicalJSON] = ["version": .string("\(record.policyGeneration)"), "type": "role-based access"]
        policy["name"] = record.actor.role.map(CanonicalJSON.string)
        policy["uid"] = record.actor.rule.map(CanonicalJSON.string)
        return ["decision": isDenied ? "denied" : "allowed", "policy": .object(policy)]
    }
}

/// How much a record should disturb whoever watches: OCSF's `severity_id`, from which CEF's comes too.
enum OCSFSeverity: Int64, Sendable {
    case unknown = 0
    case informational = 1
    case low = 2
    case medium = 3
    case high = 4

    init(_ record: AuditRecord) {
        switch record.outcome?.result {
        case nil, .ok, .cancelled: self = .informational
        case .denied: self = .medium
        case .interrupted: self = .medium
        case .failed:
            let grave: Set<String> = ["audit_broken", "model_corrupt", "engine_untrusted", "audit_unavailable", "disk_full"]
            self = grave.contains(record.outcome?.code ?? "") ? .high : .low
        }
    }

    var caption: String {
        switch self {
        case .unknown: "Unknown"
        case .informational: "Informational"
        case .low: "Low"
        case .medium: "Medium"
        case .high: "High"
        }
    }

    /// 0 to 10, as CEF counts.
    var cef: Int {
        switch self {
        case .unknown, .informational: 1
        case .low: 3
        case .medium: 6
        case .high: 8
        }
    }
}
