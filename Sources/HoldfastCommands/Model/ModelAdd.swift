import ArgumentParser
import HoldfastAPI
import HoldfastCore
import HoldfastHTTP
import NIOCore

struct ModelAdd: HoldfastCommand {
    static let configuration = CommandConfiguration(
        commandName: "add", abstract: "Store a model file (GGUF) and give it a name.",
        discussion: "The file is read here and streamed to the node, which checks it and keeps a copy of its own.")

    @OptionGroup var node: NodeOptions
    @OptionGroup var output: OutputOptions
    @Argument(help: "The model file.", completion: .file(extensions: ["gguf"]))
    var file: String
    @Option(name: .long, help: ArgumentHelp("The model's name on this node.", valueName: "name[:tag]"))
    var name: String

    var wantsJSON: Bool { output.json }

    func execute(in context: CommandContext) async throws -> CommandStatus {
        let name = try ModelName(parsing: name)
        let source = try ModelFile(path: file)
        let progress = ProgressReporter("adding \(name)", sink: context.console.errors)
        let chunks = FileChunks(source) { progress.update(done: $0, total: source.size) }
        let answer: Answer<ModelAddedBody>
        do {
            defer { progress.finish() }
            answer = try await context.node(node).fetch(
                ModelAddedBody.self, .modelAdd, name: name.description, body: .stream(chunks, length: source.size), wait: nil)
        }
        if output.json {
            try context.console.print(JSONText.pretty(answer.bytes))
        } else {
            try context.console.print(ModelText.added(answer.body, as: name.description))
        }
        return .success
    }
}
