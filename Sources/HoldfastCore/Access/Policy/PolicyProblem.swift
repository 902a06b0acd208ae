/// One reason why a policy cannot be used, or (as a warning) why a part of it does nothing.
public struct PolicyProblem: Hashable, Sendable, CustomStringConvertible {
    public let location: SourceLocation
    /// What and why.
    public let message: String

    public init(at location: SourceLocation, _ message: String) {
        self.location = location
        self.message = message
    }

    /// `FILE:LINE:COLUMN: what and why`
    public var description: String { "\(location.exact): \(message)" }
}

/// Everything that is wrong with a set of policies: the `cause` of the ``HoldfastError`` that refuses it.
public struct PolicyProblems: Error, Sendable {
    /// In order of file, line and column; never empty.
    public let problems: [PolicyProblem]

    /// `policy_invalid`, a line for each of the first twenty problems.
    public static func error(_ found: [PolicyProblem]) -> HoldfastError {
        let problems = found.sorted { $0.location < $1.location }
        var lines = problems.prefix(20).map(\.description)
        if problems.count > 20 { lines.append("and \(problems.count - 20) more") }
        return HoldfastError(
            .policyInvalid, lines.joined(separator: "\n"),
            hint: "holdfast access policy check \(problems.first?.location.file ?? "FILE")", cause: PolicyProblems(problems: problems))
    }
}
