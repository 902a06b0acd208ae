import ArgumentParser
import HoldfastAPI
import HoldfastCore

struct ModelAlias: HoldfastCommand {
    static let configuration = CommandConfiguration(commandName: "alias", abstract: "Give a model another name.")

    @OptionGroup var node: NodeOptions
    @OptionGroup var output: OutputOptions
    @Argument(help: "A name the model has.")
    var name: String
    @Argument(help: "The new name.")
    var new: String

    var wantsJSON: Bool { output.json }

    func execute(in context: CommandContext) async throws -> CommandStatus {
        let name = try ModelName(parsing: name)
        let alias = try ModelName(parsing: new)
        let answer = try await context.node(node).call(.modelAlias, name: name.description, json: AliasBody(alias: alias.description))
        try context.console.print(output.json ? JSONText.pretty(answer) : "\(alias) is now a name of \(name).")
        return .success
    }
}
