import HoldfastCore

extension HoldfastError.Code {
    /// What `holdfastd` ends with: the numbers of `docs/exit-codes.md`, for what can be in the way of a daemon.
    var exitStatus: Int32 { Self.exitStatuses[self] ?? 1 }

    static let exitStatuses: [HoldfastError.Code: Int32] = [
        .auditBroken: 4, .stateInUse: 6, .socketInUse: 6, .quotaExceeded: 7, .diskFull: 7, .policyInvalid: 65, .fileUnreadable: 66,
        .auditUnavailable: 75, .configurationInvalid: 78, .databaseTooNew: 78,
        .nodeDecommissioned: 78,
    ]
}
