import ArgumentParser
import HoldfastAPI
import HoldfastCore

struct EngineRemove: HoldfastCommand {
    static let configuration = CommandConfiguration(commandName: "remove", abstract: "Delete an installed engine.")

    @OptionGroup var node: NodeOptions
    @OptionGroup var output: OutputOptions
    @Argument(help: "Its name or its digest.") var engine: String

    var wantsJSON: Bool { output.json }

    func execute(in context: CommandContext) async throws -> CommandStatus {
        let answer = try await context.node(node).fetch(EngineRemovedBody.self, .engineRemove, name: engine)
        try context.console.print(
            output.json ? JSONText.pretty(answer.bytes) : "Removed \(TerminalText.clean(answer.body.name)) (\(answer.body.digest.short)).")
        return .success
    }
}
