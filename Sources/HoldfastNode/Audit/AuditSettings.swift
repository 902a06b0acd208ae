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
        "audit.capture_budget", "audit.capture_days", "audit.journald",
    ]

    var onFailure = OnFailure.refuseAll
    var reserveBytes: Int64 = 16 << 20
    var budgetBytes: Int64 = 2 << 30
    /// Hundredths of the budget one subject's records may fill once four fifths of it are used; 100 for no such bound.
    var subjectShare: Int64 = 100
    /// 0 keeps entries until the budget is used up.
    var retentionDays: Int64 = 200
    /// The most bytes captured prompts and answers may take: at most a quarter of the budget, of which they are part.
    var captureBudgetBytes: Int64 = 256 << 20
    /// 0 keeps them as long as their records.
    var captureDays: Int64 = 30
    /// The journal's socket, to which a line for each record goes; nil for none.
    var journald: String?

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
        captureBudgetBytes = min(try reader.bytes("audit.capture_budget") ?? captureBudgetBytes, budgetBytes / 4)
        captureDays = try reader.integer("audit.capture_days", in: 0...36_500) ?? captureDays
        if let text = reader.string("audit.journald") {
            switch text {
            case "off", "false": journald = nil
            case "on", "true": journald = JournalSocket.standardPath
            case let path where path.hasPrefix("/"): journald = path
            default: throw Self.refusal("'audit.journald' must be on, off or the path of a journal's socket; it is '\(text.prefix(40))'.")
            }
        }
        if let catalog = reader.string("audit.catalog"), catalog != "none" {
            throw Self.refusal("'audit.catalog' must be none: this version has no catalog.")
        }
    }

    private static func refusal(_ message: String) -> HoldfastError {
        HoldfastError(.configurationInvalid, message, hint: "docs/configuration.md lists all settings")
    }
}
