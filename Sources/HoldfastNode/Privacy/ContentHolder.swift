import HoldfastStore
import Logging

/// Something that keeps content of persons beside the audit trail, and can let go of it. What a later feature keeps (responses, say)
/// becomes one more of `Forgetting.holders`; a table of the database one more of `ContentTables`.
protocol ContentHolder: Sendable {
    /// Lets go of all that `erasure` speaks of. It is called again after a crash, so doing it twice must be harmless.
    /// - Returns: false while some of it is still there; it is called again then.
    func erase(_ erasure: Erasure) async throws -> Bool
}

/// The database: salts, captured content.
struct StoredContent: ContentHolder {
    let store: NodeStore

    func erase(_ erasure: Erasure) async throws -> Bool { try await store.erase(erasure) }
}

/// Carries out what `audit forget` has recorded.
struct Forgetting: Sendable {
    let store: NodeStore
    let holders: [any ContentHolder]
    let logger: Logger

    /// - Returns: whether all of it is gone; else it is tried again every ten seconds.
    @discardableResult func carryOut(_ erasure: Erasure) async -> Bool {
        do {
            var isGone = true
            for holder in holders { isGone = try await holder.erase(erasure) && isGone }
            if isGone { try await store.finish(erasure) }
            return isGone
        } catch {
            logger.error("what was forgotten is not yet erased", metadata: ["request": "\(erasure.id)", "error": "\(error)"])
            return false
        }
    }

    /// What an earlier call, or an earlier run of the daemon, could not finish.
    func carryOn() async throws {
        for erasure in try await store.erasuresUnderWay() { await carryOut(erasure) }
    }
}
