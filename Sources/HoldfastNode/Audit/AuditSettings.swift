import HoldfastCore

/// How the audit trail is kept. `docs/configuration.md` explains each key.
struct AuditSettings: Sendable, Equatable {
    /// What happens to requests while records cannot be written.
    enum OnFailure: String, Sendable, CaseIterable {
        /// Changes are refused; inference and reads go on, their records in memory for a while.
        case refusePrivileged = "refuse_privileged"
        /// Everything that is recorded is refused.
        case refuseAll = "refuse_all"
    }

    static let keys: Set<String> = [
        "audit.on_failure", "audit.reserve", "audit.budget", "audit.subject_share", "audit.retention_days", "audit.catalog",
    ]

    var onFailure = OnFailure.refuseAll
    var reserveBytes: Int64 = 16 << 20
    var budgetBytes: Int64 = 2 << 30
    /// Hundredths of the budget one subject's records may fill once four fifths of it are used; 100 for no such bound.
    var subjectShare: Int64 = 100
    /// 0 keeps entries until the budget is used up.
    var retentionDays: Int64 = 200

    init() {}

    /// - Throws: ``HoldfastError`` `configuration_invalid`.
    init(_ reader: ConfigurationReader) throws {
        if let text = reader.string("audit.on_failure") {
            guard let choice = OnFailure(rawValue: text) else {
                throw Self.refusal("'audit.on_failure' must be refuse_all or refuse_privileged; it is '\(text.prefix(40))'.")
            }
            onFailure = choice
        }
        reserveBytes = try reader.bytes("audit.reserve") ?? reserveBytes
        budgetBytes = try reader.bytes("audit.budget") ?? budgetBytes
        guard budgetBytes >= 1 << 20 else { throw Self.refusal("'audit.budget' must be at least 1MiB.") }
        subjectShare = try reader.integer("audit.subject_share", in: 1...100) ?? subjectShare
        retentionDays = try reader.integer("audit.retention_days", in: 0...36_500) ?? retentionDays
        if let catalog = reader.string("audit.catalog"), catalog != "none" {
            throw Self.refusal("'audit.catalog' must be none: this version has no catalog.")
        }
    }

    private static func refusal(_ message: String) -> HoldfastError {
        HoldfastError(.configurationInvalid, message, hint: "docs/configuration.md lists all settings")
    }
}
