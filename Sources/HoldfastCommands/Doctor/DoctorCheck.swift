/// One thing a node needs of its machine.
protocol DoctorCheck {
    /// Looks, and changes nothing.
    func run() -> DoctorFinding
}

/// What a check found. Its JSON is `holdfast doctor --json`'s.
struct DoctorFinding: Encodable, Equatable {
    enum Status: String, Encodable {
        case ok
        /// The node runs without it.
        case warning
        case failed
    }

    /// Stable: scripts look for it.
    let id: String
    let status: Status
    /// What there is, in a sentence.
    let found: String
    /// What to do; nil where nothing is to be done.
    let remedy: String?

    init(_ id: String, _ status: Status, _ found: String, remedy: String? = nil) {
        self.id = id
        self.status = status
        self.found = found
        self.remedy = remedy
    }

    /// For a layer that is missing: how bad that is depends on what the configuration asks of it.
    static func missing(_ id: String, _ level: DoctorSettings.Level, _ found: String, remedy: String) -> DoctorFinding {
        switch level {
        case .required:
            DoctorFinding(id, .failed, found + " The configuration requires it: no engine starts.", remedy: remedy)
        case .bestEffort: DoctorFinding(id, .warning, found + " The configuration allows that.", remedy: remedy)
        case .off: DoctorFinding(id, .warning, found + " The configuration has it off.", remedy: remedy)
        }
    }
}

struct DoctorReport: Encodable {
    let checks: [DoctorFinding]
    var holds: Bool { checks.allSatisfy { $0.status != .failed } }

    private enum Key: String, CodingKey { case checks, holds }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Key.self)
        try container.encode(holds, forKey: .holds)
        try container.encode(checks, forKey: .checks)
    }
}
