/// Whose doing a record is, as a report tells subjects apart.
public enum ReportSubject: Sendable, Hashable, Comparable {
    case daemon
    case uid(Int64)
    /// `token:NAME`, `app:NAME`, `loopback` or `anonymous`.
    case named(String)

    public init(_ actor: AuditActor) {
        self = actor.socket == .internal ? .daemon : actor.subject.map(ReportSubject.named) ?? .uid(actor.uid)
    }

    var uid: Int64? { if case .uid(let uid) = self { uid } else { nil } }
}
