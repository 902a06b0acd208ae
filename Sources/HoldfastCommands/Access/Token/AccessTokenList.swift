import ArgumentParser
import HoldfastAPI

struct AccessTokenList: HoldfastCommand {
    static let configuration = CommandConfiguration(commandName: "list", abstract: "List the tokens there are, without their secrets.")

    @OptionGroup var node: NodeOptions
    @OptionGroup var output: OutputOptions

    var wantsJSON: Bool { output.json }

    func execute(in context: CommandContext) async throws -> CommandStatus {
        let answer = try await context.node(node).fetch(TokenListBody.self, .accessTokenList)
        let text = SubjectText.tokens(answer.body.tokens, names: .system, style: context.console.output.style)
        try context.console.output.write(output.json ? JSONText.pretty(answer.bytes) + "\n" : text)
        return .success
    }
}
