import ArgumentParser
import HoldfastAPI

struct AccessWhoami: HoldfastCommand {
    static let configuration = CommandConfiguration(
        commandName: "whoami", abstract: "Show how the node sees you, and the roles you hold.")

    @OptionGroup var node: NodeOptions
    @OptionGroup var output: OutputOptions

    var wantsJSON: Bool { output.json }

    func execute(in context: CommandContext) async throws -> CommandStatus {
        let answer = try await context.node(node).fetch(WhoamiBody.self, .accessWhoami)
        let text = AccessText.whoami(answer.body, names: .system, style: context.console.output.style)
        try context.console.output.write(output.json ? JSONText.pretty(answer.bytes) + "\n" : text)
        return .success
    }
}
