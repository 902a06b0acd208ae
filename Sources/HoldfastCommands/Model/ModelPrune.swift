import ArgumentParser
import HoldfastAPI

struct ModelPrune: HoldfastCommand {
    static let configuration = CommandConfiguration(
        commandName: "prune", abstract: "Delete half-stored files and files that no model uses.")

    @OptionGroup var node: NodeOptions
    @OptionGroup var output: OutputOptions

    var wantsJSON: Bool { output.json }

    func execute(in context: CommandContext) async throws -> CommandStatus {
        let answer = try await context.node(node).fetch(PrunedBody.self, .modelPrune, wait: nil)
        try context.console.print(output.json ? JSONText.pretty(answer.bytes) : Self.sentence(answer.body))
        return .success
    }

    static func sentence(_ body: PrunedBody) -> String {
        body.files == 0
            ? "There was nothing to delete." : "Deleted \(Human.count(body.files, "file")); \(Human.bytes(body.bytes)) are free again."
    }
}
