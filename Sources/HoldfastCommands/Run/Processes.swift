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
        let text = Self.text(answer.body, now: context.now(), style: context.console.output.style)
        try context.console.output.write(output.json ? JSONText.pretty(answer.bytes) + "\n" : text)
        return .success
    }

    static func text(_ body: EngineListBody, now: Int64, style: Style) -> String {
        var text = table(body.engines, now: now, style: style)
        if body.engines.isEmpty, body.awaited.isEmpty {
            text = "No model is loaded. One loads with its first request, or with holdfast model load NAME\n"
        }
        for model in body.awaited {
            let what = model.state == .loading ? "is loading" : "waits until there is memory for it"
            text += "\(TerminalText.clean(model.name)) \(what); \(Human.count(model.requests, "request")) waiting\n"
        }
        for model in body.failed {
            text +=
                "\(TerminalText.clean(model.name)) failed and is not tried for \(Human.duration(seconds: max(0, model.until - now) / 1000)): "
            text += "\(TerminalText.clean(model.reason)) (holdfast model load \(TerminalText.clean(model.name)) tries at once)\n"
        }
        return text
    }

    private static func table(_ engines: [EngineInfo], now: Int64, style: Style) -> String {
        var table = Table([
            ("NAME", .left), ("PID", .right), ("MEMORY", .right), ("COUNTED", .right), ("CONTEXT", .right), ("BUSY", .right),
            ("WAITING", .right), ("LOADED", .left), ("EXPIRES", .left), ("TUNED", .left), ("DIGEST", .left),
        ])
        for engine in engines {
            table.add([
                engine.name, "\(engine.pid)", Human.bytes(engine.residentBytes), Human.bytes(engine.reservedBytes), "\(engine.context)",
                "\(engine.busySlots) of \(engine.slots)", "\(engine.waiting.values.reduce(0, +))",
                LocalTime.age(of: engine.since, now: now),
                expiry(engine, now: now), engine.tuning == nil ? "no" : "yes", engine.digest.short,
            ])
        }
        return table.text(style: style)
    }

    private static func expiry(_ engine: EngineInfo, now: Int64) -> String {
        if engine.pinned { return "pinned" }
        if engine.waiting.values.reduce(engine.busySlots, +) > 0 { return "in use" }
        return engine.expiresAt.map { "in " + Human.duration(seconds: max(0, $0 - now) / 1000) } ?? "never"
    }
}
