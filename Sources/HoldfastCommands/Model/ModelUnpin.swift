import ArgumentParser
import HoldfastAPI
import HoldfastCore

struct ModelUnpin: HoldfastCommand {
    static let configuration = CommandConfiguration(
        commandName: "unpin", abstract: "Let a pinned model go when nobody uses it.")

    @OptionGroup var node: NodeOptions
    @OptionGroup var output: OutputOptions
    @Argument(help: "The model's name.")
    var name: String

    var wantsJSON: Bool { output.json }

    func execute(in context: CommandContext) async throws -> CommandStatus {
        let name = try ModelName(parsing: name)
        let answer = try await context.node(node).fetch(PinBody.self, .modelUnpin, name: name.description)
        try context.console.print(output.json ? JSONText.pretty(answer.bytes) : ModelText.sentence(answer.body))
        return .success
    }
}
