import HoldfastAPI
import HoldfastCore
import HoldfastStore

extension HoldfastAPI.Operation {
    /// What an operator needs to see what is wrong and to make room: it goes on when the disk is full.
    var worksOnReserve: Bool { id.hasPrefix("audit.") || ["node.status", "node.health", "models.prune"].contains(id) }
}

/// Which requests may run while records cannot be written.
struct FailingClosed: Sendable {
    let onFailure: AuditSettings.OnFailure

    /// - Parameter failure: why records cannot be written; nil when they can.
    /// - Throws: `failure`.
    func admit(_ operation: HoldfastAPI.Operation, _ failure: HoldfastError?) throws {
        guard let failure, operation.audited != .never, !operation.worksOnReserve else { return }
        switch (onFailure, operation.audited) {
        case (.refusePrivileged, .inference), (.refusePrivileged, .counted): return
        default: throw failure
        }
    }

    /// Whether a record may wait in memory after it could not be written. The daemon's own always may: nothing is done on their word.
    func mayWait(_ record: AuditRecord) -> Bool {
        record.actor.socket == .internal || (onFailure == .refusePrivileged && record.operation.hasPrefix("inference."))
    }

    /// What is written on the reserve: outcomes of what has happened, the daemon's own events, and what makes room.
    static func isEssential(_ record: AuditRecord) -> Bool {
        record.phase == .outcome || record.actor.socket == .internal || record.operation.hasPrefix("audit.")
            || record.operation == HoldfastAPI.Operation.modelPrune.id
    }
}
