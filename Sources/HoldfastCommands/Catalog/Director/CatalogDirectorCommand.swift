import ArgumentParser
import HoldfastAPI
import HoldfastCore

struct CatalogDirectorCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "director", abstract: "Say which models each node should run.",
        subcommands: [CatalogDirectorSet.self, CatalogDirectorList.self])
}

struct CatalogDirectorSet: HoldfastCommand {
    static let configuration = CommandConfiguration(
        commandName: "set", abstract: "Give a node its next director document.",
        discussion:
            "It replaces the one before as a whole. A model without a version is whichever is newest. Without any model, the node runs none."
    )

    @OptionGroup var options: CatalogOptions
    @OptionGroup var output: OutputOptions
    @Argument(help: "The node's name.") var node: String
    @Option(help: ArgumentHelp("A model that the node should have. May be given more than once.", valueName: "name[:version]")) var model:
        [String] = []
    @Option(help: ArgumentHelp("One of them that stays loaded. May be given more than once.", valueName: "name")) var pin: [String] = []
    @Option(help: ArgumentHelp("When it may download, in the node's time.", valueName: "22:00-05:00")) var download: String?
    @Option(help: ArgumentHelp("When it may change what runs.", valueName: "03:00-04:00")) var activate: String?
    @Flag(help: "Its own administrators may run other models beside these.") var localOverride = false

    var wantsJSON: Bool { output.json }

    func execute(in context: CommandContext) async throws -> CommandStatus {
        let models = try model.map { text in
            let name = try ModelName(parsing: text)
            return DirectorBody.Model(name: name.name, version: text.contains(":") ? name.tag : nil, pinned: pin.contains(name.name))
        }
        if let missing = pin.first(where: { name in !models.contains { $0.name == name } }) {
            throw HoldfastError(.invalidRequest, "'\(missing)' is pinned and is none of the models.", hint: "give --model \(missing) too")
        }
        let body = DirectorBody(models: models, download: download, activate: activate, localOverride: localOverride)
        let answer = try await options.client(context).fetch(DirectorBody.self, .catalogDirectorSet, name: node, json: body)
        try context.console.print(
            output.json
                ? JSONText.pretty(answer.bytes)
                : "\(node) is told to run \(models.isEmpty ? "no model" : model.joined(separator: ", ")) (version \(answer.body.version ?? 0))."
        )
        return .success
    }
}

struct CatalogDirectorList: HoldfastCommand {
    static let configuration = CommandConfiguration(commandName: "list", abstract: "List what nodes are told to run.")

    @OptionGroup var options: CatalogOptions
    @OptionGroup var output: OutputOptions

    var wantsJSON: Bool { output.json }

    func execute(in context: CommandContext) async throws -> CommandStatus {
        let answer = try await options.client(context).fetch(DirectorListBody.self, .catalogDirectorList)
        if output.json {
            try context.console.print(JSONText.pretty(answer.bytes))
            return .success
        }
        var table = Table([("NODE", .left), ("VERSION", .right), ("EXPIRES", .left), ("MODELS", .left)])
        for director in answer.body.directors {
            let models = director.models.map { $0.name + ($0.version.map { ":" + $0 } ?? "") + ($0.pinned == true ? " (pinned)" : "") }
            table.add([director.node ?? "", String(director.version ?? 0), director.expires ?? "", models.joined(separator: ", ")])
        }
        try context.console.output.write(table.text(style: context.console.output.style))
        return .success
    }
}
