import ArgumentParser
import HoldfastAPI
import HoldfastCore

struct AuditRotateKey: HoldfastCommand {
    static let configuration = CommandConfiguration(
        commandName: "rotate-key", abstract: "Let the log's signing key hand over to a new one.",
        discussion: """
            Both keys sign the handover, so whoever has the old verifier key can check what comes after it, and whoever has the new one what \
            was before. Give auditors the new one all the same.
            """)

    @OptionGroup var node: NodeOptions
    @OptionGroup var output: OutputOptions

    var wantsJSON: Bool { output.json }

    func execute(in context: CommandContext) async throws -> CommandStatus {
        let answer = try await context.node(node).fetch(RotateKeyBody.self, .auditRotateKey, wait: nil)
        guard !output.json else {
            try context.console.print(JSONText.pretty(answer.bytes))
            return .success
        }
        try context.console.print(
            TerminalText.clean("The key of the audit trail was replaced at \(Human.count(answer.body.size, "record")).") + "\n"
                + "  old  " + TerminalText.clean(answer.body.oldKey) + "\n" + "  new  " + TerminalText.clean(answer.body.newKey))
        return .success
    }
}
