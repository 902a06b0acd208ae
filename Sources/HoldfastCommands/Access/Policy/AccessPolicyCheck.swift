import ArgumentParser
import HoldfastCore
import HoldfastHTTP

struct AccessPolicyCheck: HoldfastCommand {
    static let configuration = CommandConfiguration(
        commandName: "check", abstract: "Read policy files as the node would, and show every problem.",
        discussion: "Needs no node. Names of users and groups are looked up on this machine. Exit status 65 says that a file has a problem."
    )

    @Argument(help: "The policy files, all that are to work together.", completion: .file(extensions: ["yaml"]))
    var files: [String]

    var wantsJSON: Bool { false }

    func execute(in context: CommandContext) async throws -> CommandStatus {
        let sources = try files.map { PolicySource(name: $0, bytes: try SmallFile.read($0, limit: PolicySource.maximumByteCount)) }
        let loader = PolicyLoader(builtInBindings: .none, resolver: SystemNames.resolver)
        do {
            let policy = try loader.load(sources, generation: 0)
            // Whether anybody is left to write policy is known with the bindings the daemon was started with.
            let separation = PolicyGuard.separation(policy, resolver: SystemNames.resolver)
            guard separation.isEmpty else { throw PolicyProblems.error(separation) }
            for warning in policy.warnings { context.console.note(TerminalText.clean("\(warning.description) (warning)")) }
            try context.console.state(Self.summary(policy, files: sources.count))
            return .success
        } catch let error as HoldfastError {
            guard let problems = (error.cause as? PolicyProblems)?.problems, !problems.isEmpty else { throw error }
            for problem in problems { context.console.note(TerminalText.clean(problem.description)) }
            context.console.note(Human.count(problems.count, "problem") + " found.")
            return error.code.exitStatus
        }
    }

    private static func summary(_ policy: Policy, files: Int) -> String {
        let own = Set(policy.sources.map(\.name))
        let roles = policy.roles.filter { own.contains($0.location.file) }.count
        let bindings = policy.bindings.filter { own.contains($0.location.file) }.count
        return "\(Human.count(files, "file")) with \(Human.count(roles, "role")) and \(Human.count(bindings, "binding")): no problem."
    }
}
