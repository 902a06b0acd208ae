import HoldfastAPI
public import HoldfastCore

/// Folds repeats: the first refusal of a kind is a record at once; what one subject repeats within a second becomes one more, with a count.
/// The resource is not part of the kind, so that guessing names does not flood the trail.
public actor RefusalFolder {
    private struct Kind: Hashable {
        let uid: UInt32
        let subject: NamedSubject?
        let socket: SocketKind
        let operation: String
        let result: AuditOutcome.Result
        let code: String?
        /// Of a limit: the line that sets it.
        let rule: String?
    }

    private struct Window {
        let since: Int64
        var repeats: Int64 = 0
        var last: AuditRecord
    }

    public init() {}

    private var windows: [Kind: Window] = [:]
    private static let length: Int64 = 1000
    /// While the disk is full and each record takes of the reserve.
    private static let scarceLength: Int64 = 60_000
    private var isScarce = false
    private var length: Int64 { isScarce ? Self.scarceLength : Self.length }

    /// - Parameter scarce: fold for a minute instead of a second.
    /// - Returns: the record to write now; nil when the refusal was folded into a later one.
    public func fold(_ call: Call, _ outcome: AuditOutcome, at time: Int64, scarce: Bool = false) -> AuditRecord? {
        isScarce = scarce
        let record = call.record(.event, at: time, outcome: outcome)
        let kind = Kind(
            uid: call.caller.uid, subject: call.caller.subject, socket: call.caller.socket, operation: call.operation.id,
            result: outcome.result, code: outcome.code, rule: record.actor.rule)
        if var window = windows[kind], abs(time - window.since) < length {
            window.repeats += 1
            window.last = record
            windows[kind] = window
            return nil
        }
        let folded = windows[kind].flatMap(Self.record)
        windows[kind] = Window(since: time, last: record)
        // A window that ended with repeats in it and was not flushed yet: its record goes first, this refusal opens the next.
        guard let folded else { return record }
        windows[kind]?.repeats = 1
        return folded
    }

    public func flush(at time: Int64, all: Bool) -> [AuditRecord] {
        let due = windows.filter { all || abs(time - $0.value.since) >= length }
        for kind in due.keys { windows[kind] = nil }
        return due.values.compactMap(Self.record)
    }

    private static func record(_ window: Window) -> AuditRecord? {
        guard window.repeats > 0 else { return nil }
        var record = window.last
        record.count = window.repeats
        return record
    }
}
