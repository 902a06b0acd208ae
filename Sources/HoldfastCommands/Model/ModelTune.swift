import ArgumentParser
import FoundationEssentials
import HoldfastAPI
import HoldfastCore
import HoldfastHTTP
import NIOCore
import NIOHTTP1

struct ModelTune: HoldfastCommand {
    static let configuration = CommandConfiguration(
        commandName: "tune", abstract: "Measure which engine settings are fastest for a model here, and use them from then on.",
        discussion: """
            Takes less than two minutes. Engines are started beside those that serve, and requests come first: while one is computed nothing is \
            measured. What is not better than the defaults by more than the noise is not kept. Ctrl-C leaves everything as it was.
            """)

    @OptionGroup var node: NodeOptions
    @OptionGroup var output: OutputOptions
    @Flag(help: "Go back to the node's own settings; nothing is measured.")
    var reset = false
    @Option(help: "How long to measure, from 10 to 100; the default is 90.")
    var seconds: Int64?
    @Flag(
        name: .customLong("allow-q8-cache"),
        help: "Also try keys and values in 8 bits, which halve the memory of contexts and change answers a little.")
    var allowsQ8Cache = false
    @Argument(help: "The model's name.")
    var name: String

    var wantsJSON: Bool { output.json }

    func validate() throws {
        if reset, seconds != nil || allowsQ8Cache { throw ValidationError("--reset measures nothing: give it alone.") }
        if let seconds, !TuneRequest.secondsRange.contains(seconds) { throw ValidationError("--seconds takes 10 to 100.") }
    }

    func execute(in context: CommandContext) async throws -> CommandStatus {
        let name = try ModelName(parsing: name)
        let client = context.node(node)
        guard !reset else {
            let answer = try await client.fetch(TuneResetBody.self, .modelTuneReset, name: name.description)
            try context.console.print(output.json ? JSONText.pretty(answer.bytes) : TuneText.reset(answer.body))
            return .success
        }
        let request = TuneRequest(seconds: seconds, allowsQ8Cache: allowsQ8Cache ? true : nil)
        let response = try await client.send(
            .modelTune, name: name.description, headers: ["Content-Type": "application/json"],
            body: .bytes(ByteBuffer(bytes: try JSONEncoder().encode(request))), wait: nil)
        var log = TuneLog(name: name.description, console: context.console)
        defer { log.finish() }
        for try await line in JSONLines(response.body) { try log.take(Array(buffer: line)) }
        let result = try log.result()
        let style = context.console.output.style
        try context.console.state(output.json ? JSONText.pretty(encoding: result) : TuneText.result(result, style: style))
        return .success
    }
}
