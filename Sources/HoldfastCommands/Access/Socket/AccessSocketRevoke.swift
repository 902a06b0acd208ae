import ArgumentParser
import HoldfastAPI

struct AccessSocketRevoke: HoldfastCommand {
    static let configuration = CommandConfiguration(
        commandName: "revoke", abstract: "Remove an application socket and hang up on whoever is connected to it.")

    @OptionGroup var node: NodeOptions
    @OptionGroup var output: OutputOptions
    @Argument(help: "The socket's name.")
    var name: String

    var wantsJSON: Bool { output.json }

    func execute(in context: CommandContext) async throws -> CommandStatus {
        let answer = try await context.node(node).fetch(SubjectRevokedBody.self, .accessSocketRevoke, name: name)
        try context.console.state(
            output.json ? JSONText.pretty(answer.bytes) : "Revoked the socket \(TerminalText.clean(answer.body.name)).")
        return .success
    }
}
