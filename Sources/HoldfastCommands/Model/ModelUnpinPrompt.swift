import ArgumentParser
import HoldfastAPI
import HoldfastCore

struct ModelUnpinPrompt: HoldfastCommand {
    static let configuration = CommandConfiguration(commandName: "unpin-prompt", abstract: "Keep a pinned prompt no longer.")

    @OptionGroup var node: NodeOptions
    @OptionGroup var output: OutputOptions
    @Argument(help: "The model's name.")
    var name: String
    @Argument(help: "The prompt's id, as 'holdfast model show' has it.")
    var id: String

    var wantsJSON: Bool { output.json }

    func execute(in context: CommandContext) async throws -> CommandStatus {
        let name = try ModelName(parsing: name)
        let answer = try await context.node(node).fetch(
            CacheClearedBody.self, .modelUnpinPrompt, name: name.description, json: UnpinPromptBody(id: id))
        try context.console.print(
            output.json ? JSONText.pretty(answer.bytes) : "\(id) is no longer pinned. \(CacheText.cleared(answer.body))")
        return .success
    }
}
