import ArgumentParser
import HoldfastAPI
import HoldfastHTTP

struct AuditList: HoldfastCommand {
    static let configuration = CommandConfiguration(commandName: "list", abstract: "List audit records, newest first.")

    @OptionGroup var node: NodeOptions
    @OptionGroup var output: OutputOptions
    @OptionGroup var filter: AuditFilter
    @Option(name: .long, help: ArgumentHelp("At most this many, from 1 to 1000.", valueName: "count"))
    var limit = 100
    @Option(name: .long, help: ArgumentHelp("Only records before this index: the next page.", valueName: "index"))
    var before: Int64?

    var wantsJSON: Bool { output.json }

    func validate() throws {
        guard (1...1000).contains(limit) else { throw ValidationError("--limit must be from 1 to 1000.") }
        if let before, before < 0 { throw ValidationError("--before must not be negative.") }
    }

    func execute(in context: CommandContext) async throws -> CommandStatus {
        var query = try filter.query(now: context.now())
        query.append((AuditQueryKey.limit.rawValue, "\(limit)"))
        if let before { query.append((AuditQueryKey.before.rawValue, "\(before)")) }
        let answer = try await context.node(node).fetch(AuditListBody.self, .auditList, query: query)
        guard !output.json else {
            try context.console.print(JSONText.pretty(answer.bytes))
            return .success
        }
        let text = AuditTable.text(answer.body.records, user: SystemNames.user, style: context.console.output.style)
        try context.console.output.write(text.isEmpty ? "No record fits.\n" : text)
        if let next = answer.body.next { context.console.note("There are older ones: add --before \(next)") }
        return .success
    }
}
