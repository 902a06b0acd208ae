import ArgumentParser
import HoldfastAPI
import HoldfastCore

struct Top: HoldfastCommand {
    static let configuration = CommandConfiguration(
        commandName: "top", abstract: "Watch engines, slots, tokens and queues, until Ctrl-C.",
        discussion: "It shows the models you may read. Not on a terminal, with --once or --json it takes one look, a second long.")

    @OptionGroup var node: NodeOptions
    @OptionGroup var output: OutputOptions
    @Flag(name: .long, help: "One look, and end.") var once = false
    @Option(name: .long, help: ArgumentHelp("Seconds between two looks.", valueName: "seconds")) var interval = 1

    var wantsJSON: Bool { output.json }

    func validate() throws {
        guard (1...3600).contains(interval) else { throw ValidationError("--interval is from 1 to 3600 seconds.") }
    }

    func execute(in context: CommandContext) async throws -> CommandStatus {
        let client = context.node(node)
        let sink = context.console.output
        var last = try await TopView(client, since: nil)
        while true {
            try await Task.sleep(for: .seconds(interval))
            let view = try await TopView(client, since: last)
            last = view
            if output.json {
                try context.console.print(JSONText.pretty(encoding: view.document))
                return .success
            }
            let text = TopText.screen(view, now: context.now(), style: sink.style)
            if once || !sink.isTerminal {
                try sink.write(text)
                return .success
            }
            // Home, then each line to its end, then the rest of the screen: nothing flickers.
            try sink.write("\u{1b}[H" + text.replacing("\n", with: "\u{1b}[K\n") + "\u{1b}[J")
        }
    }
}

/// What is going on, and how fast.
struct TopView: Sendable {
    let list: EngineListBody
    /// Nil for whoever may not see the node itself.
    let status: StatusBody?
    let taken: ContinuousClock.Instant
    /// Tokens a second, by the engine's process; none at the first look.
    private(set) var rates: [Int32: Double] = [:]

    /// - Parameter since: the look before.
    init(_ client: NodeClient, since: TopView?) async throws {
        list = try await client.fetch(EngineListBody.self, .engineList).body
        do {
            status = try await client.fetch(StatusBody.self, .status).body
        } catch let error as HoldfastError where error.code == .accessDenied { status = nil }
        taken = .now
        if let since { rates = Self.rates(from: since.list.engines, to: list.engines, in: (taken - since.taken) / .seconds(1)) }
    }

    static func rates(from before: [EngineInfo], to now: [EngineInfo], in seconds: Double) -> [Int32: Double] {
        let old = Dictionary(before.map { ($0.pid, $0.pieces ?? 0) }, uniquingKeysWith: { first, _ in first })
        var rates: [Int32: Double] = [:]
        for engine in now {
            guard let pieces = engine.pieces, let before = old[engine.pid], pieces >= before, seconds > 0 else { continue }
            rates[engine.pid] = Double(pieces - before) / seconds
        }
        return rates
    }

    var document: TopDocument {
        TopDocument(
            engines: list.engines.map { .init(engine: $0, tokensPerSecondMilli: rates[$0.pid].map { Int64($0 * 1000) }) },
            awaited: list.awaited, memory: status?.memory)
    }
}

/// `holdfast top --json`.
struct TopDocument: Encodable {
    struct Row: Encodable {
        let engine: EngineInfo
        let tokensPerSecondMilli: Int64?

        enum CodingKeys: String, CodingKey {
            case engine
            case tokensPerSecondMilli = "tokens_per_second_milli"
        }
    }

    let engines: [Row]
    let awaited: [AwaitedModelInfo]
    let memory: StatusBody.Memory?
}
