/// Which list of a report a record belongs to, and what it says there.
enum ReportEvent {
    enum List { case policy, access, models, engines, audit, gaps }

    static func list(of record: AuditRecord) -> List? {
        let operation = record.operation
        // Reads that were counted are in the sums.
        let reads: Set<String> = [
            "models.list", "models.show", "models.ps", "audit.list", "audit.tail", "audit.show", "access.whoami",
            "audit.checkpoint", "audit.prove", "audit.consistency",
        ]
        if reads.contains(operation) || operation.hasPrefix("access.can") { return nil }
        if operation.hasPrefix("policy.") || isPolicyChange(operation) { return .policy }
        switch operation.prefix(while: { $0 != "." }) {
        case "access": return operation.hasPrefix("access.policy.") || isRead(operation) ? nil : .access
        case "models": return .models
        case "engine": return .engines
        // What the daemon itself says of its trail is why something could not be told: failing, shortage, sealing.
        case "audit" where operation == "audit.rotate-key": return .audit
        case "audit": return record.actor.socket == .internal ? .gaps : .audit
        case "node": return record.actor.socket == .internal ? .engines : nil
        default: return nil
        }
    }

    static func event(_ index: Int, _ record: AuditRecord) -> ComplianceReport.Event {
        let outcome = record.outcome
        let trouble = outcome.map { $0.result == .ok ? "" : [$0.result.rawValue, $0.code].compactMap { $0 }.joined(separator: ", ") }
        return .init(
            index: index, time: record.time, subject: ReportSubject(record.actor), operation: record.operation,
            what: what(record), digest: record.resource?.digest, trouble: trouble ?? "")
    }

    /// What a record that tells of a gap itself says.
    static func gap(_ record: AuditRecord) -> String {
        guard record.operation == "audit.gap" else { return what(record) }
        return
            "The contents of records \(record.resource?.name ?? "?") are gone (\(record.outcome?.code ?? "no reason given")); their hashes are kept."
    }

    private static func isPolicyChange(_ operation: String) -> Bool {
        ["access.policy.apply", "access.policy.rollback"].contains(operation)
    }

    private static func isRead(_ operation: String) -> Bool {
        [".list", ".show", ".explain", ".who-can", ".history", ".diff", ".check"].contains { operation.hasSuffix($0) }
    }

    private static func what(_ record: AuditRecord) -> String {
        var parts: [String] = []
        if let resource = record.resource {
            if let name = resource.name { parts.append(name) } else if resource.kind != "node" { parts.append(resource.kind) }
        }
        if record.operation.hasPrefix("policy.") || record.operation.hasPrefix("access.policy.") {
            parts.append("generation \(record.policyGeneration)")
        }
        parts += record.parameters.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" }
        if record.count > 1, record.operation != "audit.gap" { parts.append("\(record.count) times") }
        return parts.joined(separator: " · ")
    }
}
