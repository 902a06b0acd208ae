import HoldfastCore
import Synchronization

/// Records of inference that could not be written yet, under `audit.on_failure: refuse_privileged`. In memory only: what is here when the
/// daemon is killed is lost, and the `audit.failing` before it without an `audit.restored` after it says that something may be.
final class DeferredRecords: Sendable {
    struct Entry: Sendable {
        let record: AuditRecord
        let salt: [UInt8]?
    }

    /// Some ten megabytes.
    static let capacity = 10_000

    private let entries = Mutex<[Entry]>([])

    var count: Int { entries.withLock { $0.count } }

    /// - Returns: false when there is no room: then the request is refused.
    func add(_ record: AuditRecord, salt: [UInt8]?) -> Bool {
        entries.withLock { entries in
            // An intent leaves room for its outcome and for those of all before it.
            guard entries.count < (record.phase == .intent ? Self.capacity / 2 : Self.capacity) else { return false }
            entries.append(Entry(record: record, salt: salt))
            return true
        }
    }

    func takeAll() -> [Entry] {
        entries.withLock { entries in
            defer { entries = [] }
            return entries
        }
    }

    /// Puts back what could not be written after all, before what came since.
    func putBack(_ taken: [Entry]) { entries.withLock { $0.insert(contentsOf: taken, at: 0) } }
}
