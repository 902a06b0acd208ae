import HoldfastAPI
import HoldfastCore
import HoldfastHTTP

/// The catalog's own audit trail, in the format of a node's: refusals folded, reads counted, changes in their own transaction.
final class CatalogAuditTrail: AuditTrail {
    let storage: any CatalogStorage
    private let now: @Sendable () -> Int64
    private let refusals = RefusalFolder()
    private let reads = ReadCounter()

    init(storage: any CatalogStorage, now: @escaping @Sendable () -> Int64) {
        self.storage = storage
        self.now = now
    }

    /// Milliseconds since 1970.
    var time: Int64 { now() }

    func admit(_ call: Call) throws {
        if call.operation.audited != .counted, let failure = storage.failure { throw failure }
    }

    func refused(_ call: Call, _ outcome: AuditOutcome) async throws {
        guard let record = await refusals.fold(call, outcome, at: now()) else { return }
        try await storage.append([record], essential: true)
    }

    func counted(_ call: Call) { reads.count(call) }

    func intent(_ call: Call) async throws { try await storage.append([call.record(.intent, at: now())], essential: false) }

    func outcome(_ call: Call, _ outcome: AuditOutcome) async throws {
        try await storage.append([record(of: call, outcome)], essential: true)
    }

    /// The record that closes `call`, for a handler that commits it with its change.
    func record(of call: Call, _ outcome: AuditOutcome = AuditOutcome(.ok, status: 200)) -> AuditRecord {
        call.record(call.operation.audited == .change ? .event : .outcome, at: now(), outcome: outcome)
    }

    /// What was folded and counted: refusals older than a second, reads of the last minute.
    func flush(all: Bool) async throws {
        let time = now()
        let records = await refusals.flush(at: time, all: all) + reads.flush(at: time)
        if !records.isEmpty { try await storage.append(records, essential: true) }
    }
}
