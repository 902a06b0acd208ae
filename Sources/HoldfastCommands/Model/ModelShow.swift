import ArgumentParser
import HoldfastAPI
import HoldfastCore

struct ModelShow: HoldfastCommand {
    static let configuration = CommandConfiguration(commandName: "show", abstract: "Show all that is known of a model.")

    @OptionGroup var node: NodeOptions
    @OptionGroup var output: OutputOptions
    @Argument(help: "The model's name.")
    var name: String

    var wantsJSON: Bool { output.json }

    func execute(in context: CommandContext) async throws -> CommandStatus {
        let name = try ModelName(parsing: name)
        let answer = try await context.node(node).fetch(ModelInfo.self, .modelShow, name: name.description)
        let style = context.console.output.style
        try context.console.output.write(output.json ? JSONText.pretty(answer.bytes) + "\n" : ModelText.show(answer.body, style: style))
        return .success
    }
}
