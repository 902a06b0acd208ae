import ArgumentParser
import HoldfastAPI

struct AccessTokenRevoke: HoldfastCommand {
    static let configuration = CommandConfiguration(commandName: "revoke", abstract: "End a token at once.")

    @OptionGroup var node: NodeOptions
    @OptionGroup var output: OutputOptions
    @Argument(help: "The token's name.")
    var name: String

    var wantsJSON: Bool { output.json }

    func execute(in context: CommandContext) async throws -> CommandStatus {
        let answer = try await context.node(node).fetch(SubjectRevokedBody.self, .accessTokenRevoke, name: name)
        try context.console.state(
            output.json ? JSONText.pretty(answer.bytes) : "Revoked the token \(TerminalText.clean(answer.body.name)).")
        return .success
    }
}
