import ArgumentParser
import HoldfastAPI
import HoldfastCore

struct AuditCheckpoint: HoldfastCommand {
    static let configuration = CommandConfiguration(
        commandName: "checkpoint", abstract: "Print the newest signed checkpoint; records that wait for one are signed first.",
        discussion: "Keep it on another machine: holdfast audit verify --since FILE shows later that nothing before it has changed.")

    @OptionGroup var node: NodeOptions
    @OptionGroup var output: OutputOptions

    var wantsJSON: Bool { output.json }

    func execute(in context: CommandContext) async throws -> CommandStatus {
        let answer = try await context.node(node).fetch(CheckpointBody.self, .auditCheckpoint, wait: nil)
        // The note byte for byte: whoever checks it wants it so.
        try context.console.output.write(output.json ? JSONText.pretty(answer.bytes) + "\n" : answer.body.checkpoint)
        return .success
    }
}
