import ArgumentParser
import HoldfastAPI
import HoldfastCore

struct ModelUnload: HoldfastCommand {
    static let configuration = CommandConfiguration(commandName: "unload", abstract: "Stop the engine of a model and free its memory.")

    @OptionGroup var node: NodeOptions
    @OptionGroup var output: OutputOptions
    @Argument(help: "The model's name.")
    var name: String

    var wantsJSON: Bool { output.json }

    func execute(in context: CommandContext) async throws -> CommandStatus {
        let name = try ModelName(parsing: name)
        let answer = try await context.node(node).fetch(LoadBody.self, .modelUnload, name: name.description, wait: nil)
        try context.console.print(output.json ? JSONText.pretty(answer.bytes) : ModelText.sentence(answer.body))
        return .success
    }
}
