import ArgumentParser
import HoldfastAPI
import HoldfastCore

struct ModelFootprint: HoldfastCommand {
    static let configuration = CommandConfiguration(
        commandName: "footprint", abstract: "Show what a model takes of memory, as it is and in other quantizations.",
        discussion: "The arithmetic by which the node decides whether it can be loaded, with this node's context and slots.")

    @OptionGroup var node: NodeOptions
    @OptionGroup var output: OutputOptions
    @Argument(help: "The model's name.")
    var name: String

    var wantsJSON: Bool { output.json }

    func execute(in context: CommandContext) async throws -> CommandStatus {
        let name = try ModelName(parsing: name)
        let answer = try await context.node(node).fetch(FootprintBody.self, .modelFootprint, name: name.description)
        let style = context.console.output.style
        try context.console.output.write(output.json ? JSONText.pretty(answer.bytes) + "\n" : Self.text(answer.body, style: style))
        return .success
    }

    static func text(_ body: FootprintBody, style: Style) -> String {
        var table = Table([
            ("QUANTIZATION", .left), ("WEIGHTS", .right), ("REPACKED", .right), ("CACHE", .right), ("COMPUTE", .right), ("PROGRAM", .right),
            ("TOTAL", .right), ("SAVED (WEIGHTS)", .right), ("SAVED (TOTAL)", .right), ("FITS", .left),
        ])
        for row in body.rows {
            let parts = row.parts
            table.add(
                [row.quantization + (row.isPresent ? " (now)" : "")]
                    + [
                        parts.weightsBytes, parts.repackedBytes, parts.cacheBytes, parts.computeBytes, parts.overheadBytes, row.totalBytes,
                    ].map(Human.bytes) + ["\(row.savedWeights) %", "\(row.savedTotal) %", row.fits ? "yes" : "no"])
        }
        let measured = body.measuredBytes.map { "measured \(Human.bytes($0))" } ?? "not measured yet"
        return """
            \(TerminalText.clean(body.name)) with \(body.slots) slots of \(Human.count(body.context, "token")) each; saved is against F16
            \(table.text(style: style))
            counted as \(Human.bytes(body.countedBytes)) (\(measured)), of \(Human.bytes(body.availableBytes)) that can be had

            """
    }
}
