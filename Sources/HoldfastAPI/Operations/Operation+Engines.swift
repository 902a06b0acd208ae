import HoldfastCore

extension Operation {
    public static let engineVersionList = Operation(
        id: "engines.list", method: .get, path: "/holdfast/v1/engine-versions", socket: .admin, access: .verb(.nodeRead),
        audited: .counted, summary: "List the engines this node could run.")
    public static let engineInstall = Operation(
        id: "engines.install", method: .post, path: "/holdfast/v1/engine-versions", socket: .admin, access: .verb(.enginesWrite),
        audited: .effect, summary: "Unpack an engine, streamed in as a tar archive, and try it.")
    public static let engineUse = Operation(
        id: "engines.use", method: .post, path: "/holdfast/v1/engine-versions/use", socket: .admin, access: .verb(.enginesWrite),
        audited: .change, summary: "Start another engine from now on.")
    public static let engineRollback = Operation(
        id: "engines.rollback", method: .post, path: "/holdfast/v1/engine-versions/rollback", socket: .admin,
        access: .verb(.enginesWrite), audited: .change, summary: "Go back to the engine before.")
    public static let engineRemove = Operation(
        id: "engines.remove", method: .delete, path: "/holdfast/v1/engine-versions/{name}", socket: .admin,
        access: .verb(.enginesWrite), audited: .change, summary: "Delete an installed engine.")
}
