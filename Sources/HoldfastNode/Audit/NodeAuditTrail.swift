import HoldfastAPI
import HoldfastCore
import HoldfastHTTP
import HoldfastStore
import Synchronization

/// The audit trail of a node: records in its own database.
final class NodeAuditTrail: AuditTrail {
    let store: NodeStore
    private let now: @Sendable () -> Int64
    private let refusals: RefusalFolder
    private let reads: ReadCounter
    private let failing: FailingClosed
    private let share: SubjectShare
    let deferred = DeferredRecords()
    /// Counts that could not be written when they were due.
    private let unwritten = Mutex<[AuditRecord]>([])
    private static let unwrittenLimit = 2000

    init(store: NodeStore, settings: AuditSettings = AuditSettings(), now: @escaping @Sendable () -> Int64) {
        self.store = store
        failing = FailingClosed(onFailure: settings.onFailure)
        share = SubjectShare(settings)
        self.now = now
        refusals = RefusalFolder()
        reads = ReadCounter()
    }

    /// Milliseconds since 1970.
    var time: Int64 { now() }

    /// Why records cannot be written as they should; nil while they can.
    var failure: HoldfastError? { store.failure ?? store.shortage }

    func admit(_ call: Call) throws {
        try failing.admit(call.operation, failure)
        try share.admit(call)
    }

    /// Looks at what is whose.
    func weigh(_ usage: AuditUsage) { share.weigh(usage) }

    func refused(_ call: Call, _ outcome: AuditOutcome) async throws {
        guard let record = await refusals.fold(call, outcome, at: now(), scarce: failure != nil) else { return }
        do {
            _ = try await store.commit(essential: true) { try $0.append(record) }
        } catch let error as HoldfastError where outcome.code == HoldfastError.Code.auditUnavailable.rawValue {
            // The answer says already that nothing can be recorded, and why.
            guard [.auditUnavailable, .diskFull].contains(error.code) else { throw error }
        }
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
        // An outcome is never written before its intent.
        if deferred.count > 0, record.actor.socket != .internal, failing.mayWait(record), deferred.add(record, salt: salt) { return }
        do {
            _ = try await store.commit(essential: FailingClosed.isEssential(record)) { try $0.append(record, salt: salt) }
        } catch let error as HoldfastError where failing.mayWait(record) && [.auditUnavailable, .diskFull].contains(error.code) {
            guard deferred.add(record, salt: salt) else { throw error }
        }
    }

    /// An intent together with what it may use of a day's tokens. It never waits in memory: what cannot be counted is not let through.
    /// - Throws: ``TokenShortage`` when that does not fit, and then nothing was written.
    func append(_ intent: AuditRecord, salt: [UInt8], reserving reservation: TokenReservation) async throws {
        _ = try await store.commit { transaction in
            try transaction.append(intent, salt: salt)
            try transaction.reserve(reservation, id: intent.id)
        }
    }

    /// Writes what had to wait, in its order.
    /// - Parameter essential: on the reserve too, as at the end.
    /// - Returns: how many records; 0 when none waited or they still cannot be written.
    @discardableResult func writeDeferred(essential: Bool = false) async -> Int {
        let waiting = deferred.takeAll()
        guard !waiting.isEmpty else { return 0 }
        do {
            _ = try await store.commit(essential: essential) { transaction in
                for entry in waiting { try transaction.append(entry.record, salt: entry.salt) }
            }
            return waiting.count
        } catch {
            deferred.putBack(waiting)
            return 0
        }
    }

    /// Writes what was folded and counted up to now: refusals older than a second, reads of the last minute.
    func flush(readsToo: Bool, all: Bool) async throws {
        let time = now()
        var records = unwritten.withLock { unwritten in
            defer { unwritten = [] }
            return unwritten
        }
        records += await refusals.flush(at: time, all: all)
        if readsToo { records += reads.flush(at: time) }
        guard !records.isEmpty else { return }
        let due = records
        do {
            _ = try await store.commit(essential: true) { transaction in
                for record in due { try transaction.append(record) }
            }
        } catch {
            // They are counts: a bound on them loses the oldest of a very long failure.
            unwritten.withLock { $0 = Array((due + $0).suffix(Self.unwrittenLimit)) }
            throw error
        }
    }
}
