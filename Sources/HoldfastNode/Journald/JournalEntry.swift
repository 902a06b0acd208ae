import HoldfastCore
import HoldfastStore

/// An audit record as an entry of the journal: what happened, to be searched for; no content, no HMAC, nothing that proves anything.
struct JournalEntry {
    /// Of every entry: `journalctl MESSAGE_ID=…`.
    static let messageID = "5b0b4f6c1f2e4a53a1c8d0f3e7c96b24"
    /// Longer values are cut.
    private static let longest = 512

    let fields: [(name: String, value: String)]

    init(_ stored: StoredRecord) {
        let record = stored.record
        let subject = Self.subject(record.actor)
        let resource = record.resource.map { [$0.kind, $0.name].compactMap { $0 }.joined(separator: " ") }
        let result = record.outcome?.result.rawValue
        let message = [subject, record.operation, resource, result ?? "begun", record.outcome?.code].compactMap { $0 }.joined(
            separator: " ")
        let fields: [(String, String?)] = [
            ("MESSAGE", message), ("MESSAGE_ID", Self.messageID), ("PRIORITY", Self.priority(record.outcome?.result)),
            ("SYSLOG_IDENTIFIER", "holdfastd"), ("HOLDFAST_RECORD", "\(stored.index)"), ("HOLDFAST_REQUEST", record.id),
            ("HOLDFAST_PHASE", record.phase.rawValue), ("HOLDFAST_OPERATION", record.operation), ("HOLDFAST_SUBJECT", subject),
            ("HOLDFAST_RESOURCE", resource), ("HOLDFAST_RESULT", result), ("HOLDFAST_CODE", record.outcome?.code),
            ("HOLDFAST_ROLE", record.actor.role), ("HOLDFAST_COUNT", "\(record.count)"), ("HOLDFAST_POLICY", "\(record.policyGeneration)"),
        ]
        self.fields = fields.compactMap { name, value in
            value.map { (name, String(decoding: Array($0.utf8).prefix(Self.longest), as: UTF8.self)) }
        }
    }

    /// The datagram.
    var bytes: [UInt8] { JournalFields.encode(fields) }

    private static func subject(_ actor: AuditActor) -> String {
        actor.socket == .internal ? "holdfastd" : actor.subject ?? "uid:\(actor.uid)"
    }

    /// As syslog counts: warning for what was denied or failed, informational for the rest.
    private static func priority(_ result: AuditOutcome.Result?) -> String { result == .denied || result == .failed ? "4" : "6" }
}
