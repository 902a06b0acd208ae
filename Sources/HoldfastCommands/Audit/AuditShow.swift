import ArgumentParser
import HoldfastAPI
import HoldfastCore

struct AuditShow: HoldfastCommand {
    static let configuration = CommandConfiguration(
        commandName: "show", abstract: "Show the records of one request in words: what was to be done, and what came of it.")

    @OptionGroup var node: NodeOptions
    @OptionGroup var output: OutputOptions
    @Argument(help: "The request's id, as in X-Request-Id and in every error, or a record's index.")
    var id: String

    var wantsJSON: Bool { output.json }

    func execute(in context: CommandContext) async throws -> CommandStatus {
        let answer = try await context.node(node).fetch(AuditListBody.self, .auditShow, name: id)
        guard !output.json else {
            try context.console.print(JSONText.pretty(answer.bytes))
            return .success
        }
        let style = context.console.output.style
        let texts = answer.body.records.sorted { $0.index < $1.index }.map { AuditText.show($0, names: .system, style: style) }
        try context.console.output.write(texts.joined(separator: "\n"))
        return .success
    }
}
