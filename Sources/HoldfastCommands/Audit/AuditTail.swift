import ArgumentParser
import HoldfastAPI
import HoldfastHTTP
import NIOCore

struct AuditTail: HoldfastCommand {
    static let configuration = CommandConfiguration(
        commandName: "tail", abstract: "Follow audit records as they are written, until Ctrl-C or --limit.")

    @OptionGroup var node: NodeOptions
    @OptionGroup var output: OutputOptions
    @OptionGroup var filter: AuditFilter
    @Option(name: .long, help: ArgumentHelp("End after this many records.", valueName: "count"))
    var limit: Int?

    var wantsJSON: Bool { output.json }

    func validate() throws {
        if let limit, limit < 1 { throw ValidationError("--limit must be at least 1.") }
    }

    func execute(in context: CommandContext) async throws -> CommandStatus {
        let query = try filter.query(now: context.now())
        let response = try await context.node(node).send(.auditTail, query: query, wait: nil)
        var columns = AuditTable.Following(user: SystemNames.user)
        if !output.json { try context.console.print(columns.header(style: context.console.output.style)) }
        var rest = limit ?? .max
        for try await line in JSONLines(response.body) {
            if output.json {
                try context.console.print(String(buffer: line))
            } else {
                try context.console.print(columns.line(try NodeClient.decode(AuditEntry.self, Array(buffer: line))))
            }
            rest -= 1
            if rest == 0 { break }
        }
        return .success
    }
}
