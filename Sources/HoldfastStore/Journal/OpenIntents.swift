import GRDB
import HoldfastCore

/// Intents whose outcome the last run did not live to write.
enum OpenIntents {
    /// Gives each its outcome, `interrupted`, in the order they were begun.
    static func close(_ transaction: StoreTransaction) throws {
        let rows = try Row.fetchAll(
            transaction.database,
            sql: "SELECT open_intent.leaf, body FROM open_intent LEFT JOIN audit_record USING (leaf) ORDER BY open_intent.leaf")
        for row in rows {
            let body = try row.bytes(1)
            guard !body.isEmpty else {
                throw HoldfastError(
                    .auditBroken, "The audit log was changed from outside: record \(row[0] as Int64), an open intent, is missing.",
                    hint: "holdfast audit verify --state DIR")
            }
            var outcome = try AuditRecord(parsing: body)
            outcome.phase = .outcome
            outcome.time = transaction.now
            outcome.outcome = AuditOutcome(.interrupted, code: HoldfastError.Code.interrupted.rawValue)
            outcome.content = nil
            try transaction.append(outcome)
        }
    }
}
