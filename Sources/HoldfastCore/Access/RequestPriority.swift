/// How urgent a request is. A policy's binding says the highest a subject may have; a request may ask for a lower one.
public enum RequestPriority: String, Codable, Sendable, CaseIterable, Comparable {
    /// Nobody waits for it: overnight summaries.
    case batch
    /// What a binding gives when it does not say.
    case normal
    /// A person waits for it.
    case interactive

    private var rank: Int {
        switch self {
        case .batch: 0
        case .normal: 1
        case .interactive: 2
        }
    }

    public static func < (a: RequestPriority, b: RequestPriority) -> Bool { a.rank < b.rank }

    /// Most urgent first.
    public static let descending: [RequestPriority] = [.interactive, .normal, .batch]
}
