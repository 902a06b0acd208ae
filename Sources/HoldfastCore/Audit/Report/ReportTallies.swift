/// Sums by key with a bound on the keys: what comes after the bound is only in the totals, whoever invents names.
struct BoundedTally<Key: Hashable & Sendable, Value: Sendable>: Sendable {
    private(set) var values: [Key: Value] = [:]
    private(set) var isAbridged = false
    let maximum: Int

    init(maximum: Int = 1000) { self.maximum = maximum }

    mutating func update(_ key: Key, _ start: @autoclosure () -> Value, _ change: (inout Value) -> Void) {
        guard values[key] != nil || values.count < maximum else {
            isAbridged = true
            return
        }
        change(&values[key, default: start()])
    }
}

/// Requests to models and refusals of anything.
struct UsageTally: Sendable {
    struct Denial: Sendable {
        var count: Int64 = 0
        var subjects: Set<ReportSubject> = []
        var last: Int64 = 0
    }

    private(set) var days: [ComplianceReport.Outcomes]
    private(set) var total = ComplianceReport.Use()
    private(set) var models = BoundedTally<ComplianceReport.Model, ComplianceReport.Use>()
    private(set) var subjects = BoundedTally<ReportSubject, ComplianceReport.Use>()
    private(set) var pairs = BoundedTally<ComplianceReport.SubjectAndModel, ComplianceReport.Use>(maximum: 2000)
    private(set) var denials = BoundedTally<ComplianceReport.Reason, Denial>(maximum: 200)
    private(set) var deniedSubjects = BoundedTally<ReportSubject, Int64>()
    private(set) var others = BoundedTally<String, Int64>(maximum: 200)

    init(days: Int) { self.days = .init(repeating: .init(), count: days) }

    var isAbridged: Bool {
        models.isAbridged || subjects.isAbridged || pairs.isAbridged || denials.isAbridged || deniedSubjects.isAbridged || others.isAbridged
    }

    /// - Parameter day: of the period, from 0.
    mutating func add(_ record: AuditRecord, day: Int) {
        guard record.phase != .intent, record.actor.socket != .internal, let outcome = record.outcome else { return }
        if outcome.result == .denied { deny(record, outcome) }
        guard record.operation.hasPrefix("inference.") else {
            if outcome.result != .denied { others.update(record.operation, 0) { $0 += record.count } }
            return
        }
        days[day].add(outcome.result, record.count)
        Self.add(record, outcome, to: &total)
        let subject = ReportSubject(record.actor)
        subjects.update(subject, .init()) { Self.add(record, outcome, to: &$0) }
        // A refused caller may have asked for a name it made up: only what ran is a model.
        guard outcome.result != .denied, let name = record.resource?.name, record.resource?.digest != nil else { return }
        models.update(.init(name: name, digest: record.resource?.digest), .init()) { Self.add(record, outcome, to: &$0) }
        pairs.update(.init(subject: subject, model: name), .init()) { Self.add(record, outcome, to: &$0) }
    }

    private mutating func deny(_ record: AuditRecord, _ outcome: AuditOutcome) {
        let subject = ReportSubject(record.actor)
        denials.update(.init(operation: record.operation, code: outcome.code ?? "unknown"), Denial()) {
            $0.count += record.count
            if $0.subjects.count < 1000 { $0.subjects.insert(subject) }
            $0.last = max($0.last, record.time)
        }
        deniedSubjects.update(subject, 0) { $0 += record.count }
    }

    private static func add(_ record: AuditRecord, _ outcome: AuditOutcome, to use: inout ComplianceReport.Use) {
        use.outcomes.add(outcome.result, record.count)
        if let tokens = record.tokens { use.tokens.add(tokens) }
    }
}
