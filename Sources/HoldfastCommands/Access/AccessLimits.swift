import ArgumentParser
import HoldfastAPI
import HoldfastCore

struct AccessLimits: HoldfastCommand {
    static let configuration = CommandConfiguration(
        commandName: "limits", abstract: "Show the limits of bindings, and how much of them is used.",
        discussion: "A minute and a day are the last 60 seconds and the last 24 hours. Each caller has the whole of a limit to itself.")

    @OptionGroup var node: NodeOptions
    @OptionGroup var output: OutputOptions
    @Option(
        name: .customLong("as"),
        help: ArgumentHelp("Only what holds for one: uid:N, user:NAME, gid:N, group:NAME, token:NAME or app:NAME.", valueName: "subject"))
    var subject: String?

    var wantsJSON: Bool { output.json }

    func execute(in context: CommandContext) async throws -> CommandStatus {
        let query = try subject.map { [(key: "subject", value: try Subject(parsing: $0).description)] } ?? []
        let answer = try await context.node(node).fetch(LimitsBody.self, .accessLimits, query: query)
        let text = LimitsText.limits(answer.body, style: context.console.output.style)
        try context.console.output.write(output.json ? JSONText.pretty(answer.bytes) + "\n" : text)
        return .success
    }
}
