import ArgumentParser
import HoldfastAPI
import HoldfastCore

struct ModelLoad: HoldfastCommand {
    static let configuration = CommandConfiguration(
        commandName: "load", abstract: "Start the engine of a model, which otherwise starts with its first request.")

    @OptionGroup var node: NodeOptions
    @OptionGroup var output: OutputOptions
    @Argument(help: "The model's name.")
    var name: String
    @Option(
        parsing: .unconditional, help: ArgumentHelp("How long it stays when nobody uses it: 5m, 1h, 0, or -1 for ever.", valueName: "time"),
        transform: KeepAliveOption.parse)
    var keepAlive: KeepAlive?

    var wantsJSON: Bool { output.json }

    func execute(in context: CommandContext) async throws -> CommandStatus {
        let name = try ModelName(parsing: name)
        let answer = try await context.node(node).fetch(
            LoadBody.self, .modelLoad, name: name.description, query: keepAlive.map { [(LoadBody.keepAliveKey, $0.description)] } ?? [],
            wait: nil)
        try context.console.print(output.json ? JSONText.pretty(answer.bytes) : ModelText.sentence(answer.body))
        return .success
    }
}

extension ModelText {
    static func sentence(_ body: LoadBody) -> String {
        switch body.status {
        case .loaded: "\(body.name) is loaded."
        case .alreadyLoaded: "\(body.name) was loaded already."
        case .unloaded: "\(body.name) is unloaded."
        case .notLoaded: "\(body.name) was not loaded."
        }
    }
}
