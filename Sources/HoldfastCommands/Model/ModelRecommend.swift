import ArgumentParser
import HoldfastAPI
import HoldfastCore

struct ModelRecommend: HoldfastCommand {
    static let configuration = CommandConfiguration(
        commandName: "recommend", abstract: "Rank the models of this node for a task, with reasons.")

    @OptionGroup var node: NodeOptions
    @OptionGroup var output: OutputOptions
    @Option(
        help: "What it is for: chat, completion, long-context or embedding.",
        transform: { text in
            guard let task = ModelTask(rawValue: text) else {
                throw ValidationError(
                    "There is no task '\(text.prefix(40))'; there are \(ModelTask.allCases.map(\.rawValue).joined(separator: ", ")).")
            }
            return task
        })
    var task: ModelTask
    @Option(help: ArgumentHelp("The memory it may take; without it, what the node can give.", valueName: "512MiB"))
    var memory: String?

    var wantsJSON: Bool { output.json }

    func execute(in context: CommandContext) async throws -> CommandStatus {
        let bytes = try memory.map { text in
            guard let bytes = ByteCount.parse(text), bytes > 0 else {
                throw HoldfastError(.invalidRequest, "'\(text.prefix(40))' is no amount of memory such as 512MiB or 4GiB.", field: "memory")
            }
            return bytes
        }
        let request = RecommendRequest(task: task.rawValue, memoryBytes: bytes)
        let answer = try await context.node(node).fetch(RecommendBody.self, .modelRecommend, json: request)
        let style = context.console.output.style
        try context.console.output.write(output.json ? JSONText.pretty(answer.bytes) + "\n" : Self.text(answer.body, style: style))
        return .success
    }

    static func text(_ body: RecommendBody, style: Style) -> String {
        var table = Table([("", .right), ("NAME", .left), ("NEEDS", .right), ("WHY", .left)])
        for (place, choice) in body.choices.enumerated() {
            table.add([
                choice.suits ? "\(place + 1)" : "-", choice.name, Human.bytes(choice.needBytes),
                (choice.suits ? "" : "no: ") + choice.reasons.joined(separator: "; "),
            ])
        }
        if table.isEmpty { return "No models. Add one: holdfast model add FILE --name NAME\n" }
        return "For \(body.task), with \(Human.bytes(body.memoryBytes)) of memory:\n" + table.text(style: style)
    }
}
