import ArgumentParser
import HoldfastAPI
import HoldfastHTTP
import NIOCore

struct AuditTail: HoldfastCommand {
    static let configuration = CommandConfiguration(
        commandName: "tail", abstract: "Follow audit records as they are written, until Ctrl-C.")

    @OptionGroup var node: NodeOptions
    @OptionGroup var output: OutputOptions
    @OptionGroup var filter: AuditFilter
    @Option(name: .long, help: ArgumentHelp("Begin with at most this many older ones, up to 1000.", valueName: "count"))
    var limit: Int?

    var wantsJSON: Bool { output.json }

    func validate() throws {
        if let limit, !(1...1000).contains(limit) { throw ValidationError("--limit must be from 1 to 1000.") }
    }

    func execute(in context: CommandContext) async throws -> CommandStatus {
        var query = try filter.query(now: context.now())
        if let limit { query.append((AuditQueryKey.limit.rawValue, "\(limit)")) }
        let response = try await context.node(node).send(.auditTail, query: query, wait: nil)
        var columns = AuditTable.Following(user: SystemNames.user)
        if !output.json { try context.console.print(columns.header(style: context.console.output.style)) }
        for try await line in JSONLines(response.body) {
            if output.json {
                try context.console.print(String(buffer: line))
            } else {
                try context.console.print(columns.line(try NodeClient.decode(AuditEntry.self, Array(buffer: line))))
            }
        }
        return .success
    }
}
