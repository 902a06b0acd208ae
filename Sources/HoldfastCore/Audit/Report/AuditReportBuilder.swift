/// Adds up the records of a period as they stream by. Memory is bounded, whatever the number of records and whoever wrote names into them.
///
/// Records come in the order of their numbers. Those of other times are skipped, but looked at for what lies between them and the period.
public struct AuditReportBuilder: Sendable {
    private static let maximumOpenIntents = 10_000

    private let period: ReportPeriod
    private var records: ClosedRange<Int>?
    private var times: ClosedRange<Int64>?
    private var recordCount: Int64 = 0
    private var unreadable: Int64 = 0
    private var usage: UsageTally
    private var gapFinder = GapFinder()
    private var openIntents: Set<String> = []
    private var policyChanges = ComplianceReport.Events()
    private var accessChanges = ComplianceReport.Events()
    private var modelChanges = ComplianceReport.Events()
    private var engineEvents = ComplianceReport.Events()
    private var auditOperations = ComplianceReport.Events()
    private var gaps = ComplianceReport.Events()

    public init(period: ReportPeriod) {
        self.period = period
        usage = UsageTally(days: period.days)
    }

    public mutating func add(index: Int, _ record: AuditRecord) {
        let found = gapFinder.look(index, record)
        pair(record)
        guard period.milliseconds.contains(record.time) else { return }
        recordCount += 1
        records = (records?.lowerBound ?? index)...index
        times = min(times?.lowerBound ?? record.time, record.time)...max(times?.upperBound ?? record.time, record.time)
        for gap in found { addGap(gap.operation, gap.what, index, record.time) }
        usage.add(record, day: period.day(of: record.time))
        list(index, record)
    }

    /// A record that this build cannot parse; it is counted and named as a gap.
    public mutating func addUnreadable(index: Int) {
        unreadable += 1
        gapFinder.pass(index)
        addGap("unreadable", "Record \(index) cannot be read by this version.", index, times?.upperBound ?? period.milliseconds.lowerBound)
    }

    /// Records whose content is gone while their hashes stay.
    public mutating func addMissing(_ range: Range<Int>, _ reason: ExportWithheld) {
        guard let last = range.last else { return }
        gapFinder.pass(last)
        addGap(
            "records \(reason.rawValue)",
            "The contents of records \(range.lowerBound) to \(last) are gone (\(reason.rawValue)); their hashes are kept.",
            range.lowerBound, times?.upperBound ?? period.milliseconds.lowerBound)
    }

    /// - Parameter userName: a name for a uid, where the system knows one.
    public func finish(_ facts: ReportFacts, userName: (Int64) -> String? = { _ in nil }) -> ComplianceReport {
        func rows<Key: Comparable>(_ tally: BoundedTally<Key, ComplianceReport.Use>) -> [ComplianceReport.Row<Key>] {
            tally.values.map { .init(key: $0.key, use: $0.value) }.sorted {
                ($1.use.tokens.total, $1.use.outcomes.total, $0.key) < ($0.use.tokens.total, $0.use.outcomes.total, $1.key)
            }
        }
        func counts<Key: Comparable>(_ tally: BoundedTally<Key, Int64>) -> [(Key, Int64)] {
            tally.values.sorted { ($1.value, $0.key) < ($0.value, $1.key) }.map { ($0.key, $0.value) }
        }
        let denials = usage.denials.values.map {
            ComplianceReport.Denials(reason: $0.key, count: $0.value.count, subjects: $0.value.subjects.count, last: $0.value.last)
        }.sorted { ($1.count, $0.reason.operation, $0.reason.code) < ($0.count, $1.reason.operation, $1.reason.code) }
        let listed = [policyChanges, accessChanges, modelChanges, auditOperations].flatMap { $0.entries.map(\.subject) }
        var names: [Int64: String] = [:]
        for uid in Set(usage.subjects.values.keys).union(usage.deniedSubjects.values.keys).union(listed).compactMap(\.uid) {
            names[uid] = userName(uid)
        }
        return ComplianceReport(
            period: period, facts: facts, userNames: names, records: records, recordCount: recordCount, times: times, days: usage.days,
            total: usage.total, models: rows(usage.models),
            subjects: rows(usage.subjects), pairs: rows(usage.pairs), denials: denials,
            deniedSubjects: counts(usage.deniedSubjects).map { (subject: $0.0, count: $0.1) },
            otherOperations: counts(usage.others).map { (operation: $0.0, count: $0.1) }, policyChanges: policyChanges,
            accessChanges: accessChanges, modelChanges: modelChanges, engineEvents: engineEvents, auditOperations: auditOperations,
            gaps: gaps, openIntents: openIntents.count, unreadable: unreadable, isAbridged: usage.isAbridged)
    }

    private mutating func pair(_ record: AuditRecord) {
        switch record.phase {
        case .intent:
            guard period.milliseconds.contains(record.time), openIntents.count < Self.maximumOpenIntents else { return }
            openIntents.insert(record.id)
        case .outcome: openIntents.remove(record.id)
        case .event: break
        }
    }

    private mutating func addGap(_ operation: String, _ what: String, _ index: Int, _ time: Int64) {
        gaps.add(.init(index: index, time: time, subject: .daemon, operation: operation, what: what, digest: nil, trouble: ""))
    }

    /// Tells one by one what is not told in sums.
    private mutating func list(_ index: Int, _ record: AuditRecord) {
        guard record.phase != .intent, record.outcome?.result != .denied else { return }
        if record.outcome?.result == .interrupted {
            addGap("interrupted", "\(record.operation) was begun and its outcome is not known: the daemon ended first.", index, record.time)
        }
        let event = ReportEvent.event(index, record)
        switch ReportEvent.list(of: record) {
        case .policy: policyChanges.add(event)
        case .access: accessChanges.add(event)
        case .models: modelChanges.add(event)
        case .engines: engineEvents.add(event)
        case .audit: auditOperations.add(event)
        case .gaps: addGap(record.operation, ReportEvent.gap(record), index, record.time)
        case nil: break
        }
    }
}
