import HoldfastCore

extension Operation {
    public static let nodeBackup = Operation(
        id: "node.backup", method: .post, path: "/holdfast/v1/backup", socket: .admin, access: .verb(.nodeBackup), audited: .effect,
        summary: "Stream a consistent copy of registry, policies, audit log and models out of the node.")
    public static let nodeDecommission = Operation(
        id: "node.decommission", method: .post, path: "/holdfast/v1/decommission", socket: .admin, access: .verb(.nodeDecommission),
        audited: .effect, summary: "End this node for good: wipe keys, content and data, and leave a signed last record.")
}
