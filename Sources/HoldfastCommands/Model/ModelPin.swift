import ArgumentParser
import HoldfastAPI
import HoldfastCore

struct ModelPin: HoldfastCommand {
    static let configuration = CommandConfiguration(
        commandName: "pin", abstract: "Load a model now and at each start, and keep it loaded.")

    @OptionGroup var node: NodeOptions
    @OptionGroup var output: OutputOptions
    @Argument(help: "The model's name.")
    var name: String

    var wantsJSON: Bool { output.json }

    func execute(in context: CommandContext) async throws -> CommandStatus {
        let name = try ModelName(parsing: name)
        let answer = try await context.node(node).fetch(PinBody.self, .modelPin, name: name.description)
        try context.console.print(output.json ? JSONText.pretty(answer.bytes) : ModelText.sentence(answer.body))
        return .success
    }
}

extension ModelText {
    static func sentence(_ body: PinBody) -> String {
        switch (body.pinned, body.changed) {
        case (true, true): "\(body.name) is pinned, and loads now: holdfast ps"
        case (true, false): "\(body.name) was pinned already."
        case (false, true): "\(body.name) is not pinned any more."
        case (false, false): "\(body.name) was not pinned."
        }
    }
}
