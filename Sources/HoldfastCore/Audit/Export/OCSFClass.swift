/// The OCSF event class and activity an operation becomes (`docs/audit-export.md` has the table).
struct OCSFClass: Sendable, Equatable {
    enum Kind: Int64, Sendable {
        case entityManagement = 3004
        case userAccess = 3005
        case eventLogActivity = 1008
        case applicationLifecycle = 6002
        case apiActivity = 6003

        /// The first digit of a class names its category.
        var category: Int64 { rawValue / 1000 }
    }

    let kind: Kind
    let activity: Int64
    let activityName: String

    /// Activity 99, which the schema leaves to the source to name.
    private static func other(_ kind: Kind, _ name: String) -> OCSFClass { OCSFClass(kind: kind, activity: 99, activityName: name) }

    init(kind: Kind, activity: Int64, activityName: String) {
        self.kind = kind
        self.activity = activity
        self.activityName = activityName
    }

    /// By the operation's id. What is not in the table is API activity, so that an operation of a later version is never left out.
    init(operation: String) {
        let parts = operation.split(separator: ".", maxSplits: 1)
        let (area, action) = (parts.first ?? "", parts.count > 1 ? parts[1] : "")
        self =
            Self.byOperation[operation]
            ?? Self.byArea(area, action)
            ?? .other(.apiActivity, operation.isEmpty ? "unknown" : operation)
    }

    private static let byOperation: [String: OCSFClass] = [
        "inference.chat": .other(.apiActivity, "Invoke"),
        "inference.complete": .other(.apiActivity, "Invoke"),
        "models.add": .init(kind: .entityManagement, activity: 1, activityName: "Create"),
        "models.alias": .init(kind: .entityManagement, activity: 3, activityName: "Update"),
        "models.state": .init(kind: .entityManagement, activity: 3, activityName: "Update"),
        "models.remove": .init(kind: .entityManagement, activity: 4, activityName: "Delete"),
        "models.prune": .init(kind: .entityManagement, activity: 4, activityName: "Delete"),
        "models.load": .init(kind: .entityManagement, activity: 10, activityName: "Activate"),
        "models.unload": .init(kind: .entityManagement, activity: 11, activityName: "Deactivate"),
        "node.start": .init(kind: .applicationLifecycle, activity: 3, activityName: "Start"),
        "node.stop": .init(kind: .applicationLifecycle, activity: 4, activityName: "Stop"),
        "node.backup": .init(kind: .eventLogActivity, activity: 3, activityName: "Export"),
        "node.restore": .init(kind: .applicationLifecycle, activity: 8, activityName: "Update"),
        "node.decommission": .init(kind: .applicationLifecycle, activity: 2, activityName: "Remove"),
        "engines.install": .init(kind: .applicationLifecycle, activity: 1, activityName: "Install"),
        "engines.remove": .init(kind: .applicationLifecycle, activity: 2, activityName: "Remove"),
        "engines.use": .init(kind: .applicationLifecycle, activity: 8, activityName: "Update"),
        "engines.rollback": .init(kind: .applicationLifecycle, activity: 8, activityName: "Update"),
        "engine.start": .init(kind: .applicationLifecycle, activity: 3, activityName: "Start"),
        "engine.exit": .init(kind: .applicationLifecycle, activity: 4, activityName: "Stop"),
        "engine.change": .init(kind: .applicationLifecycle, activity: 8, activityName: "Update"),
        "audit.export": .init(kind: .eventLogActivity, activity: 3, activityName: "Export"),
        "audit.report": .init(kind: .eventLogActivity, activity: 3, activityName: "Export"),
        "audit.rotate-key": .init(kind: .entityManagement, activity: 3, activityName: "Update"),
        "audit.prune": .init(kind: .eventLogActivity, activity: 2, activityName: "Delete"),
        "audit.forget": .init(kind: .eventLogActivity, activity: 2, activityName: "Delete"),
        "audit.gap": .init(kind: .eventLogActivity, activity: 4, activityName: "Archive"),
    ]

    private static func byArea(_ area: Substring, _ action: Substring) -> OCSFClass? {
        let words = Set(action.split { $0 == "-" || $0 == "." || $0 == "_" })
        switch area {
        case "policy": return .init(kind: .entityManagement, activity: 3, activityName: "Update")
        case "access" where words.contains("policy") && !words.isDisjoint(with: ["apply", "rollback"]):
            return .init(kind: .entityManagement, activity: 3, activityName: "Update")
        case "access" where !words.isDisjoint(with: ["token", "socket"]):
            if words.contains("create") { return .init(kind: .userAccess, activity: 1, activityName: "Assign Privileges") }
            if !words.isDisjoint(with: ["revoke", "remove"]) {
                return .init(kind: .userAccess, activity: 2, activityName: "Revoke Privileges")
            }
            return .init(kind: .apiActivity, activity: 2, activityName: "Read")
        case "audit", "access": return .init(kind: .apiActivity, activity: 2, activityName: "Read")
        case "models", "node":
            let reads: Set<Substring> = ["list", "show", "ps", "status", "verify"]
            return words.isDisjoint(with: reads) ? nil : .init(kind: .apiActivity, activity: 2, activityName: "Read")
        default: return nil
        }
    }
}
