import HoldfastAPI
import HoldfastCore
import HoldfastHTTP
import HoldfastStore

/// The audit trail of a node: records in its own database.
final class NodeAuditTrail: AuditTrail {
    private let store: NodeStore
    private let now: @Sendable () -> Int64
    private let refusals: RefusalFolder
    private let reads: ReadCounter

    init(store: NodeStore, now: @escaping @Sendable () -> Int64) {
        self.store = store
        self.now = now
        refusals = RefusalFolder()
        reads = ReadCounter()
    }

    /// Milliseconds since 1970.
    var time: Int64 { now() }

    func refused(_ call: Call, _ outcome: AuditOutcome) async throws {
        guard let record = await refusals.fold(call, outcome, at: now()) else { return }
        try await append(record)
    }

    func counted(_ call: Call) {
        reads.count(call)
    }

    func intent(_ call: Call) async throws {
        try await append(call.record(.intent, at: now()))
    }

    func outcome(_ call: Call, _ outcome: AuditOutcome) async throws {
        try await append(record(of: call, outcome))
    }

    /// The record that closes `call`, for a handler that commits it with its change.
    func record(of call: Call, _ outcome: AuditOutcome = AuditOutcome(.ok, status: 200)) -> AuditRecord {
        call.record(call.operation.audited == .change ? .event : .outcome, at: now(), outcome: outcome)
    }

    func append(_ record: AuditRecord, salt: [UInt8]? = nil) async throws {
        _ = try await store.commit { transaction in try transaction.append(record, salt: salt) }
    }

    /// Writes what was folded and counted up to now: refusals older than a second, reads of the last minute.
    func flush(readsToo: Bool, all: Bool) async throws {
        let time = now()
        var records = await refusals.flush(at: time, all: all)
        if readsToo { records += reads.flush(at: time) }
        guard !records.isEmpty else { return }
        let due = records
        _ = try await store.commit { transaction in
            for record in due { try transaction.append(record) }
        }
    }
}
