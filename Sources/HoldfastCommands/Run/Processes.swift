import ArgumentParser
import HoldfastAPI
import HoldfastCore

struct Processes: HoldfastCommand {
    static let configuration = CommandConfiguration(commandName: "ps", abstract: "List the loaded models you may read.")

    @OptionGroup var node: NodeOptions
    @OptionGroup var output: OutputOptions

    var wantsJSON: Bool { output.json }

    func execute(in context: CommandContext) async throws -> CommandStatus {
        let answer = try await context.node(node).fetch(EngineListBody.self, .engineList)
        let text = Self.table(answer.body.engines, now: context.now(), style: context.console.output.style)
        try context.console.output.write(output.json ? JSONText.pretty(answer.bytes) + "\n" : text)
        return .success
    }

    static func table(_ engines: [EngineInfo], now: Int64, style: Style) -> String {
        var table = Table([
            ("NAME", .left), ("PID", .right), ("MEMORY", .right), ("CONTEXT", .right), ("BUSY", .right), ("LOADED", .left),
            ("DIGEST", .left),
        ])
        for engine in engines {
            table.add([
                engine.name, "\(engine.pid)", Human.bytes(engine.residentBytes), "\(engine.context)",
                "\(engine.busySlots) of \(engine.slots)", LocalTime.age(of: engine.since, now: now), engine.digest.short,
            ])
        }
        return table.isEmpty
            ? "No model is loaded. One loads with its first request, or with holdfast model load NAME\n" : table.text(style: style)
    }
}
