/// What the audit trail says of one period: figures and lists, ready to be shown (``markdown()``, ``html()``).
public struct ComplianceReport: Sendable {
    /// Requests by what came of them.
    public struct Outcomes: Sendable, Equatable {
        public var ok: Int64 = 0
        public var denied: Int64 = 0
        public var failed: Int64 = 0
        public var cancelled: Int64 = 0
        public var interrupted: Int64 = 0

        public var total: Int64 { ok + denied + failed + cancelled + interrupted }

        mutating func add(_ result: AuditOutcome.Result, _ count: Int64) {
            switch result {
            case .ok: ok += count
            case .denied: denied += count
            case .failed: failed += count
            case .cancelled: cancelled += count
            case .interrupted: interrupted += count
            }
        }
    }

    public struct Tokens: Sendable, Equatable {
        public var prompt: Int64 = 0
        public var completion: Int64 = 0
        public var cached: Int64 = 0

        public var total: Int64 { prompt + completion }

        mutating func add(_ tokens: AuditTokens) {
            prompt += tokens.prompt
            completion += tokens.completion
            cached += tokens.cached
        }
    }

    public struct Use: Sendable, Equatable {
        public var outcomes = Outcomes()
        public var tokens = Tokens()
    }

    /// A line of a table with the sums for it.
    public struct Row<Key: Sendable & Hashable>: Sendable {
        public let key: Key
        public let use: Use
    }

    public struct Model: Sendable, Hashable, Comparable {
        public let name: String
        public let digest: SHA256Digest?

        public static func < (left: Self, right: Self) -> Bool {
            (left.name, left.digest?.hex ?? "") < (right.name, right.digest?.hex ?? "")
        }
    }

    public struct SubjectAndModel: Sendable, Hashable, Comparable {
        public let subject: ReportSubject
        public let model: String

        public static func < (left: Self, right: Self) -> Bool { (left.subject, left.model) < (right.subject, right.model) }
    }

    public struct Reason: Sendable, Hashable {
        public let operation: String
        public let code: String
    }

    public struct Denials: Sendable {
        public let reason: Reason
        public let count: Int64
        public let subjects: Int
        public let last: Int64
    }

    /// Something that is told one by one.
    public struct Event: Sendable {
        public let index: Int
        public let time: Int64
        public let subject: ReportSubject
        public let operation: String
        public let what: String
        public let digest: SHA256Digest?
        /// Empty for what went as it should.
        public let trouble: String
    }

    /// A list that keeps its first entries and counts the rest.
    public struct Events: Sendable {
        public static let maximum = 200
        public private(set) var entries: [Event] = []
        public private(set) var omitted = 0
        /// How many of all did not go as they should.
        public private(set) var troubled = 0

        public var total: Int { entries.count + omitted }

        mutating func add(_ event: Event) {
            if !event.trouble.isEmpty { troubled += 1 }
            if entries.count < Self.maximum { entries.append(event) } else { omitted += 1 }
        }
    }

    public let period: ReportPeriod
    public let facts: ReportFacts
    /// Names for uids, where the system that made the report knows one.
    public let userNames: [Int64: String]
    /// The first and last record of the period.
    public let records: ClosedRange<Int>?
    public let recordCount: Int64
    public let times: ClosedRange<Int64>?
    /// Requests to models, one entry for each day of the period.
    public let days: [Outcomes]
    public let total: Use
    public let models: [Row<Model>]
    public let subjects: [Row<ReportSubject>]
    public let pairs: [Row<SubjectAndModel>]
    public let denials: [Denials]
    public let deniedSubjects: [(subject: ReportSubject, count: Int64)]
    /// Allowed reads and administrative calls, by operation.
    public let otherOperations: [(operation: String, count: Int64)]
    public let policyChanges: Events
    public let accessChanges: Events
    public let modelChanges: Events
    public let engineEvents: Events
    public let auditOperations: Events
    public let gaps: Events
    /// Intents of the period whose outcome is not in the records that were read.
    public let openIntents: Int
    public let unreadable: Int64
    /// Subjects, models or reasons beyond what is counted one by one; their requests are in the totals.
    public let isAbridged: Bool
}

/// What a report says and no record does.
public struct ReportFacts: Sendable {
    public var origin: String
    public var productVersion: String
    /// Milliseconds since 1970.
    public var madeAt: Int64
    public var integrity: IntegrityStatement?
    public var retentionDays: Int?

    public init(
        origin: String, productVersion: String, madeAt: Int64, integrity: IntegrityStatement? = nil, retentionDays: Int? = nil
    ) {
        self.origin = origin
        self.productVersion = productVersion
        self.madeAt = madeAt
        self.integrity = integrity
        self.retentionDays = retentionDays
    }
}

/// What a verification made for this report found.
public struct IntegrityStatement: Sendable {
    public var holds: Bool
    /// Records verified.
    public var size: Int
    public var root: MerkleHash?
    /// The signed checkpoint the tree was held against, as text.
    public var checkpoint: String?
    /// The text whoever checks this needs.
    public var verifierKey: String
    /// What does not fit, as a sentence.
    public var problem: String?
    /// Records a catalog has acknowledged; nil without one.
    public var acknowledged: Int?

    public init(
        holds: Bool, size: Int, root: MerkleHash?, checkpoint: String?, verifierKey: String, problem: String? = nil,
        acknowledged: Int? = nil
    ) {
        self.holds = holds
        self.size = size
        self.root = root
        self.checkpoint = checkpoint
        self.verifierKey = verifierKey
        self.problem = problem
        self.acknowledged = acknowledged
    }
}
