import ArgumentParser
import HoldfastAPI

struct AccessSocketList: HoldfastCommand {
    static let configuration = CommandConfiguration(commandName: "list", abstract: "List application sockets.")

    @OptionGroup var node: NodeOptions
    @OptionGroup var output: OutputOptions

    var wantsJSON: Bool { output.json }

    func execute(in context: CommandContext) async throws -> CommandStatus {
        let answer = try await context.node(node).fetch(SocketListBody.self, .accessSocketList)
        let text = SubjectText.sockets(answer.body.sockets, names: .system, style: context.console.output.style)
        try context.console.output.write(output.json ? JSONText.pretty(answer.bytes) + "\n" : text)
        return .success
    }
}
