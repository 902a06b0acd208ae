import ArgumentParser
import HoldfastAPI

struct EngineList: HoldfastCommand {
    static let configuration = CommandConfiguration(commandName: "list", abstract: "List the engines this node could run.")

    @OptionGroup var node: NodeOptions
    @OptionGroup var output: OutputOptions

    var wantsJSON: Bool { output.json }

    func execute(in context: CommandContext) async throws -> CommandStatus {
        let answer = try await context.node(node).fetch(EngineVersionListBody.self, .engineVersionList)
        let style = context.console.output.style
        try context.console.output.write(
            output.json ? JSONText.pretty(answer.bytes) + "\n" : EngineText.list(answer.body, now: context.now(), style: style))
        return .success
    }
}
