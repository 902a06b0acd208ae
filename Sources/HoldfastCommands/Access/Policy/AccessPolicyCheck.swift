import ArgumentParser
import HoldfastCore
import HoldfastHTTP

struct AccessPolicyCheck: HoldfastCommand {
    static let configuration = CommandConfiguration(
        commandName: "check", abstract: "Read policy files as the node would, and show every problem.",
        discussion: "Needs no node. Names of users and groups are looked up on this machine. Exit status 65 says that a file has a problem."
    )

    @OptionGroup var output: OutputOptions
    @Argument(help: "The policy files, all that are to work together.", completion: .file(extensions: ["yaml"]))
    var files: [String]

    var wantsJSON: Bool { output.json }

    func execute(in context: CommandContext) async throws -> CommandStatus {
        let sources = try files.map { PolicySource(name: $0, bytes: try SmallFile.read($0, limit: PolicySource.maximumByteCount)) }
        let loader = PolicyLoader(builtInBindings: .none, resolver: SystemNames.resolver)
        do {
            let policy = try loader.load(sources, generation: 0)
            // Whether anybody is left to write policy is known with the bindings the daemon was started with.
            let problems = PolicyGuard.separation(policy, resolver: SystemNames.resolver) + PolicyGuard.zones(policy)
            guard problems.isEmpty else { throw PolicyProblems.error(problems) }
            let found = PolicyCheckDocument(files: files, policy: policy)
            guard !output.json else {
                try context.console.state(JSONText.pretty(encoding: found))
                return .success
            }
            for warning in policy.warnings { context.console.note(TerminalText.clean("\(warning.description) (warning)")) }
            try context.console.state(Self.summary(found))
            return .success
        } catch let error as HoldfastError {
            guard let problems = (error.cause as? PolicyProblems)?.problems, !problems.isEmpty else { throw error }
            guard !output.json else {
                try context.console.state(JSONText.pretty(encoding: PolicyCheckDocument(files: files, problems: problems)))
                return error.code.exitStatus
            }
            for problem in problems { context.console.note(TerminalText.clean(problem.description)) }
            context.console.note(Human.count(problems.count, "problem") + " found.")
            return error.code.exitStatus
        }
    }

    private static func summary(_ found: PolicyCheckDocument) -> String {
        let parts = [Human.count(found.roles ?? 0, "role"), Human.count(found.bindings ?? 0, "binding")]
        return "\(Human.count(found.files.count, "file")) with \(parts.joined(separator: " and ")): no problem."
    }
}
