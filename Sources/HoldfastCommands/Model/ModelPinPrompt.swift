import ArgumentParser
import HoldfastAPI
import HoldfastCore

struct ModelPinPrompt: HoldfastCommand {
    static let configuration = CommandConfiguration(
        commandName: "pin-prompt", abstract: "Compute a prompt once and keep it for everybody who may ask the model.",
        discussion: """
            FILE holds the system message that conversations begin with, byte for byte as applications send it; with --text, the beginning \
            of a text for completions.
            """)

    @OptionGroup var node: NodeOptions
    @OptionGroup var output: OutputOptions
    @Argument(help: "The model's name.")
    var name: String
    @Argument(help: "The file with the prompt, at most 256 KiB of UTF-8.")
    var file: String
    @Flag(help: "The file is the beginning of a text, not a system message.")
    var text = false

    var wantsJSON: Bool { output.json }

    func execute(in context: CommandContext) async throws -> CommandStatus {
        let name = try ModelName(parsing: name)
        let bytes = try SmallFile.read(file, limit: 256 << 10)
        guard let prompt = String(validating: bytes, as: UTF8.self), !prompt.isEmpty else {
            throw HoldfastError(.fileUnreadable, "\(file) is empty, or not text in UTF-8.", hint: "holdfast model pin-prompt NAME FILE")
        }
        let body = PinPromptBody(kind: text ? .text : .system, text: prompt)
        let answer = try await context.node(node).fetch(
            PinnedPromptInfo.self, .modelPinPrompt, name: name.description, json: body, wait: nil)
        try context.console.print(output.json ? JSONText.pretty(answer.bytes) : Self.sentence(answer.body, name))
        return .success
    }

    private static func sentence(_ info: PinnedPromptInfo, _ name: ModelName) -> String {
        if let tokens = info.tokens { return "Pinned \(info.id): \(Human.count(tokens, "token")) of \(name) are computed and kept." }
        let why = info.problem.map { ": " + TerminalText.clean($0) } ?? ""
        return "Pinned \(info.id), but it is not computed yet\(why). It is tried again each time \(name) has been loaded."
    }
}
