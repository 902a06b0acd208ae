import ArgumentParser
import Dispatch
import FoundationEssentials
import Glibc
import HoldfastCore

struct Run: HoldfastCommand {
    static let configuration = CommandConfiguration(
        commandName: "run", abstract: "Ask a model, or talk with it.",
        discussion: """
            The prompt comes from the arguments or, when there is none, from a pipe. With neither, a conversation begins: /bye or Ctrl-D \
            ends it, Ctrl-C stops an answer.
            """)

    @OptionGroup var node: NodeOptions
    @Argument(help: "The model's name.")
    var name: String
    @Argument(help: "The prompt.")
    var prompt: String?
    @Option(name: .long, help: "What the model is told before the conversation.")
    var system: String?
    @Option(name: .long, help: ArgumentHelp("The most tokens of one answer.", valueName: "count"))
    var maxTokens = 512
    @Option(name: .long, help: ArgumentHelp("How freely tokens are chosen; 0 takes the likeliest.", valueName: "0…2"))
    var temperature: Double?
    @Option(
        parsing: .unconditional,
        help: ArgumentHelp("How long the model stays loaded afterwards: 5m, 1h, 0, or -1 for ever.", valueName: "time"),
        transform: KeepAliveOption.parse)
    var keepAlive: KeepAlive?
    @OptionGroup var output: OutputOptions

    var wantsJSON: Bool { output.json }

    func validate() throws {
        if maxTokens < 1 { throw ValidationError("--max-tokens must be at least 1.") }
        if let temperature, !(0...2).contains(temperature) { throw ValidationError("--temperature must be from 0 to 2.") }
    }

    func execute(in context: CommandContext) async throws -> CommandStatus {
        let model = try ModelName(parsing: name).description
        let request = ChatRequest(
            model: model, messages: system.map { [.init(role: .system, content: $0)] } ?? [], maxTokens: maxTokens,
            temperature: temperature, keepAlive: keepAlive?.description)
        let stream = ChatStream(client: context.node(node))
        let piped = prompt == nil && isatty(STDIN_FILENO) == 0 ? try StandardInput.all() : nil
        if let text = try prompt.map({ try StandardInput.notEmpty($0, "The prompt") }) ?? piped {
            return try await SingleAnswer(stream: stream, console: context.console).run(request, prompt: text, json: output.json)
        }
        guard !output.json else {
            throw HoldfastError(.invalidRequest, "--json takes a prompt.", hint: "holdfast run \(name) PROMPT --json")
        }
        let interrupts = Interrupts()
        let signals = interrupts.listen()
        defer { signals.cancel() }
        return try await Conversation(stream: stream, console: context.console, input: TerminalInput(), interrupts: interrupts)
            .run(request)
    }
}
