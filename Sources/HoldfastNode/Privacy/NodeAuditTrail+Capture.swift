import HoldfastCore
import HoldfastStore

extension NodeAuditTrail {
    /// Appends a record with what was captured of its content. Captured content never takes of the reserve, and never waits in memory: its
    /// record then says that it was not kept. With a reservation the record does not wait either.
    func append(
        _ record: AuditRecord, salt: [UInt8]? = nil, capturing content: CapturedContent, for capture: ContentCapture,
        ifNot shortage: CaptureShortage, reserving reservation: TokenReservation? = nil
    ) async throws -> CaptureResult {
        let isEssential = FailingClosed.isEssential(record)
        if deferred.count == 0 || reservation != nil, store.shortage == nil || !isEssential {
            do {
                return try await store.commit(essential: isEssential) { transaction in
                    let result = try transaction.append(
                        record, salt: salt, capturing: content, budget: capture.budget, shortage: shortage)
                    if let reservation { try transaction.reserve(reservation, id: record.id) }
                    return result
                }
            } catch let error as HoldfastError where [.diskFull, .auditUnavailable].contains(error.code) {
                if case .refuse = shortage { throw error }
                if reservation != nil { throw error }
            }
        }
        var without = record
        switch shortage {
        case .refuse(let code): throw CapturedContent.noRoom(code)
        case .outcome(let outcome): without.outcome = outcome
        case .goOn: break
        }
        without.markUncaptured()
        try await append(without, salt: salt)
        return .noRoom
    }
}
