import ArgumentParser
import HoldfastAPI

struct EngineRollback: HoldfastCommand {
    static let configuration = CommandConfiguration(
        commandName: "rollback", abstract: "Go back to the engine before.", discussion: "A second rollback comes back again.")

    @OptionGroup var node: NodeOptions
    @OptionGroup var output: OutputOptions

    var wantsJSON: Bool { output.json }

    func execute(in context: CommandContext) async throws -> CommandStatus {
        let answer = try await context.node(node).fetch(EngineChosenBody.self, .engineRollback)
        try context.console.print(output.json ? JSONText.pretty(answer.bytes) : EngineText.chosen(answer.body))
        return .success
    }
}
