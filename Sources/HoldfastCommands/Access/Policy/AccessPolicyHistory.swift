import ArgumentParser
import HoldfastAPI
import HoldfastHTTP

struct AccessPolicyHistory: HoldfastCommand {
    static let configuration = CommandConfiguration(commandName: "history", abstract: "List the policies that were in force, newest first.")

    @OptionGroup var node: NodeOptions
    @OptionGroup var output: OutputOptions
    @Option(name: .long, help: ArgumentHelp("At most this many, from 1 to 1000.", valueName: "count"))
    var limit = 100
    @Option(name: .long, help: ArgumentHelp("Only generations before this one: the next page.", valueName: "number"))
    var before: Int64?

    var wantsJSON: Bool { output.json }

    func validate() throws {
        guard (1...1000).contains(limit) else { throw ValidationError("--limit must be from 1 to 1000.") }
        if let before, before < 1 { throw ValidationError("Generations are numbered from 1.") }
    }

    func execute(in context: CommandContext) async throws -> CommandStatus {
        var query = [(key: "limit", value: "\(limit)")]
        if let before { query.append(("before", "\(before)")) }
        let answer = try await context.node(node).fetch(PolicyHistoryBody.self, .policyHistory, query: query)
        guard !output.json else {
            try context.console.print(JSONText.pretty(answer.bytes))
            return .success
        }
        try context.console.output.write(
            PolicyText.history(answer.body, user: SystemNames.user, style: context.console.output.style))
        if let next = answer.body.next { context.console.note("There are older ones: add --before \(next)") }
        return .success
    }
}
