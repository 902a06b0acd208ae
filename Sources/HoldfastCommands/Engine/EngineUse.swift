import ArgumentParser
import HoldfastAPI

struct EngineUse: HoldfastCommand {
    static let configuration = CommandConfiguration(
        commandName: "use", abstract: "Start another engine from now on.",
        discussion: "Loaded models finish what they do on the engine they have; the next request starts the new one.")

    @OptionGroup var node: NodeOptions
    @OptionGroup var output: OutputOptions
    @Argument(help: "Its name, its digest or its id, as 'holdfast engine list' shows them; or 'automatic'.")
    var engine: String

    var wantsJSON: Bool { output.json }

    func execute(in context: CommandContext) async throws -> CommandStatus {
        let answer = try await context.node(node).fetch(EngineChosenBody.self, .engineUse, json: EngineUseBody(engine: engine))
        try context.console.print(output.json ? JSONText.pretty(answer.bytes) : EngineText.chosen(answer.body))
        return .success
    }
}
