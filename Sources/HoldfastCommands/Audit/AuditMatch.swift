import ArgumentParser
import HoldfastAPI
import HoldfastCore
import HoldfastHTTP
import NIOCore

struct AuditMatch: HoldfastCommand {
    static let configuration = CommandConfiguration(
        commandName: "match", abstract: "Say whether a text is what a record is about: its prompt, its last message or its answer.",
        discussion: """
            The text is the message alone as it was sent, the whole prompt of a completion, the answer, or the JSON of a chat's request or of \
            its messages; one newline at the end is left out of account. Exit status 0: it is; 2: it is not; 10: it was forgotten. Each \
            question is a record.
            """)

    @OptionGroup var node: NodeOptions
    @OptionGroup var output: OutputOptions
    @Argument(help: ArgumentHelp("The request's id, or a record's index.", valueName: "record"))
    var record: String
    @Option(name: .long, help: ArgumentHelp("The text; - for standard input.", valueName: "file"), completion: .file())
    var file: String

    /// As large as a request may be.
    private static let limit = 8 << 20

    var wantsJSON: Bool { output.json }

    func execute(in context: CommandContext) async throws -> CommandStatus {
        let text = try SmallFile.read(file == "-" ? "/dev/stdin" : file, limit: Self.limit)
        let answer = try await context.node(node).fetch(
            MatchAnswer.self, .auditMatch, name: record, body: .bytes(ByteBuffer(bytes: text)))
        let body = answer.body
        try context.console.state(output.json ? JSONText.pretty(answer.bytes) : Self.sentence(body))
        return body.matches ? .success : .denied
    }

    static func sentence(_ body: MatchAnswer) -> String {
        switch body.field {
        case nil: "It is neither the prompt nor the answer."
        case "message"?: "It is the last message of the prompt."
        case let field?: "It is the \(TerminalText.clean(field))."
        }
    }
}
