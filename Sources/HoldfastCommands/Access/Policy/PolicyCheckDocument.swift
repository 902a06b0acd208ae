import HoldfastCore

/// What `access policy check --json` writes, whether there are problems or not.
struct PolicyCheckDocument: Encodable {
    struct Problem: Encodable {
        let file: String
        let line: Int?
        let column: Int?
        let message: String

        init(_ problem: PolicyProblem) {
            file = problem.location.file
            line = problem.location.line
            column = problem.location.column
            message = problem.message
        }
    }

    let files: [String]
    let valid: Bool
    /// The files' own; the node's built-in ones are not counted. Absent when the files cannot be used.
    let roles: Int?
    let bindings: Int?
    let problems: [Problem]
    let warnings: [Problem]

    init(files: [String], policy: Policy) {
        let own = Set(policy.sources.map(\.name))
        self.files = files
        valid = true
        roles = policy.roles.filter { own.contains($0.location.file) }.count
        bindings = policy.bindings.filter { own.contains($0.location.file) }.count
        problems = []
        warnings = policy.warnings.map(Problem.init)
    }

    init(files: [String], problems: [PolicyProblem]) {
        self.files = files
        valid = false
        roles = nil
        bindings = nil
        self.problems = problems.map(Problem.init)
        warnings = []
    }
}
