import ArgumentParser
import HoldfastAPI

struct ModelList: HoldfastCommand {
    static let configuration = CommandConfiguration(commandName: "list", abstract: "List the models you may read.")

    @OptionGroup var node: NodeOptions
    @OptionGroup var output: OutputOptions

    var wantsJSON: Bool { output.json }

    func execute(in context: CommandContext) async throws -> CommandStatus {
        let answer = try await context.node(node).fetch(ModelListBody.self, .modelList)
        let style = context.console.output.style
        try context.console.output.write(
            output.json ? JSONText.pretty(answer.bytes) + "\n" : ModelText.list(answer.body.models, style: style))
        return .success
    }
}
