import ArgumentParser
import HoldfastAPI
import HoldfastCore

struct CacheClear: HoldfastCommand {
    static let configuration = CommandConfiguration(
        commandName: "clear", abstract: "Erase saved prefixes: all, or those of one model or one subject.",
        discussion: "With --subject, what running engines hold of that subject is erased too.")

    @OptionGroup var node: NodeOptions
    @OptionGroup var output: OutputOptions
    @Option(help: "Only those of this model.")
    var model: String?
    @Option(help: "Only those of this subject: uid:N, app:NAME or token:NAME, as cache list shows it.")
    var subject: String?

    var wantsJSON: Bool { output.json }

    func execute(in context: CommandContext) async throws -> CommandStatus {
        let name = try model.map { try ModelName(parsing: $0).description }
        let body = CacheClearBody(model: name, subject: subject)
        let answer = try await context.node(node).fetch(CacheClearedBody.self, .cacheClear, json: body)
        try context.console.print(output.json ? JSONText.pretty(answer.bytes) : CacheText.cleared(answer.body))
        return .success
    }
}
