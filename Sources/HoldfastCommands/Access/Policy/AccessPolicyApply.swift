import ArgumentParser
import HoldfastAPI

struct AccessPolicyApply: HoldfastCommand {
    static let configuration = CommandConfiguration(
        commandName: "apply", abstract: "Put a policy in force: check it, store it as a generation, swap.",
        discussion: "The files are the whole policy, not an addition to it. On any problem the one that rules goes on ruling.")

    @OptionGroup var node: NodeOptions
    @OptionGroup var output: OutputOptions
    @Argument(
        help: "Policy files, or directories of them; without any: the daemon's own directory.", completion: .file(extensions: ["yaml"]))
    var files: [String] = []

    var wantsJSON: Bool { output.json }

    func execute(in context: CommandContext) async throws -> CommandStatus {
        let body = PolicyApplyBody(files: try PolicyFileSet.read(files))
        let answer = try await context.node(node).fetch(PolicyAppliedBody.self, .policyApply, json: body)
        for warning in answer.body.warnings where !output.json { context.console.note("warning: " + TerminalText.clean(warning)) }
        try context.console.state(output.json ? JSONText.pretty(answer.bytes) : PolicyText.applied(answer.body))
        return .success
    }
}
