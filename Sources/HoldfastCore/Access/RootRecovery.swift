/// The way back into a node whose policy no longer lets the right people write policy: root, on `admin.sock`, may always put one in force.
/// Root could change the database as well; this way it is loud and in the audit trail.
public enum RootRecovery {
    static let location = SourceLocation(file: "built-in:root-recovery")
    static let grant = Grant(role: "root-recovery", rule: location, resource: "node", binding: location, subject: "uid:0")

    static func applies(to caller: Caller, _ verb: Verb) -> Bool {
        verb == .accessWrite && caller.uid == 0 && caller.socket == .admin
    }

    /// Whether nothing but this allows it.
    public static func isUsed(by grant: Grant?) -> Bool { grant?.rule == location }
}
