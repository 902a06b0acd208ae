import HoldfastAPI
public import HoldfastCore
import Synchronization

/// Counts allowed reads by subject, socket and operation; one record a minute for each.
public final class ReadCounter: Sendable {
    private struct Kind: Hashable {
        let uid: UInt32
        let subject: NamedSubject?
        let socket: SocketKind
        let operation: String
    }

    private struct Entry {
        var count: Int64
        let first: Call
    }

    public init() {}

    private let entries = Mutex<[Kind: Entry]>([:])

    public func count(_ call: Call) {
        let kind = Kind(uid: call.caller.uid, subject: call.caller.subject, socket: call.caller.socket, operation: call.operation.id)
        entries.withLock { $0[kind, default: Entry(count: 0, first: call)].count += 1 }
    }

    public func flush(at time: Int64) -> [AuditRecord] {
        let counted = entries.withLock { entries in
            defer { entries = [:] }
            return entries.values
        }
        return counted.map { entry in
            var record = entry.first.record(.event, at: time, outcome: AuditOutcome(.ok, status: 200))
            record.duration = nil
            record.resource = nil
            record.count = entry.count
            return record
        }
    }
}
