import ArgumentParser
import HoldfastAPI
import HoldfastCore

struct ModelRemove: HoldfastCommand {
    static let configuration = CommandConfiguration(
        commandName: "remove", abstract: "Remove names, and with a model's last name the model and its file.")

    @OptionGroup var node: NodeOptions
    @OptionGroup var output: OutputOptions
    @Argument(help: "The names to remove; the first that cannot be removed ends the command.")
    var names: [String]

    var wantsJSON: Bool { output.json }

    func execute(in context: CommandContext) async throws -> CommandStatus {
        // All names are read before anything is removed.
        let names = try names.map { try ModelName(parsing: $0) }
        let client = context.node(node)
        for name in names {
            let answer = try await client.fetch(ModelRemovedBody.self, .modelRemove, name: name.description)
            try context.console.state(output.json ? JSONText.pretty(answer.bytes) : Self.sentence(answer.body))
        }
        return .success
    }

    static func sentence(_ body: ModelRemovedBody) -> String {
        body.fileDeleted
            ? "Removed \(body.name) and its file; \(Human.bytes(body.freedBytes)) are free again."
            : "Removed the name \(body.name); the model has other names and stays."
    }
}
