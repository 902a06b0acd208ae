import ArgumentParser
import HoldfastAPI

struct Status: HoldfastCommand {
    static let configuration = CommandConfiguration(
        commandName: "status", abstract: "Show the node's health, models, memory, disk, audit and limits on one screen.")

    @OptionGroup var node: NodeOptions
    @OptionGroup var output: OutputOptions

    var wantsJSON: Bool { output.json }

    func execute(in context: CommandContext) async throws -> CommandStatus {
        let answer = try await context.node(node).fetch(StatusBody.self, .status)
        let text = StatusText.screen(answer.body, now: context.now(), style: context.console.output.style)
        try context.console.output.write(output.json ? JSONText.pretty(answer.bytes) + "\n" : text)
        return .success
    }
}
