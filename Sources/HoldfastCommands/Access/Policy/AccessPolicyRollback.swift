import ArgumentParser
import HoldfastAPI

struct AccessPolicyRollback: HoldfastCommand {
    static let configuration = CommandConfiguration(
        commandName: "rollback", abstract: "Put the files of an older generation in force again, as a new generation.")

    @OptionGroup var node: NodeOptions
    @OptionGroup var output: OutputOptions
    @Argument(help: "The generation whose files are to rule.")
    var generation: Int64

    var wantsJSON: Bool { output.json }

    func validate() throws {
        guard generation >= 1 else { throw ValidationError("Generations are numbered from 1.") }
    }

    func execute(in context: CommandContext) async throws -> CommandStatus {
        let answer = try await context.node(node)
            .fetch(PolicyAppliedBody.self, .policyRollback, json: PolicyRollbackBody(generation: generation))
        for warning in answer.body.warnings where !output.json { context.console.note("warning: " + TerminalText.clean(warning)) }
        try context.console.state(output.json ? JSONText.pretty(answer.bytes) : PolicyText.applied(answer.body))
        return .success
    }
}
