import ArgumentParser
import FoundationEssentials
import HoldfastAPI
import HoldfastCore

struct AuditContentCommand: HoldfastCommand {
    static let configuration = CommandConfiguration(
        commandName: "content", abstract: "Write out a captured prompt or answer, encrypted as the node keeps it.",
        discussion: """
            The node has no key to it. Who has opens it elsewhere: age --decrypt -i KEY FILE. The prompt of a chat is the JSON of its messages. \
            Each reading is a record.
            """)

    @OptionGroup var node: NodeOptions
    @OptionGroup var errors: JSONErrors
    @Argument(help: ArgumentHelp("The request's id, or a record's index.", valueName: "record"))
    var record: String
    @Option(name: .long, help: ArgumentHelp("prompt or answer.", valueName: "part"), completion: .list(["prompt", "answer"]))
    var part = "prompt"
    @Option(name: .long, help: ArgumentHelp("Write here instead of to standard output.", valueName: "file"), completion: .file())
    var out: String?

    var wantsJSON: Bool { errors.json }

    func validate() throws {
        guard ["prompt", "answer"].contains(part) else { throw ValidationError("'\(part)' is neither prompt nor answer.") }
    }

    func execute(in context: CommandContext) async throws -> CommandStatus {
        // Before the request: a file that cannot be written is no reason for a reading in the trail.
        let file = try out.map(NewFile.init)
        let bytes = try await context.node(node).call(.auditContent, name: record, query: [(ContentQueryKey.part.rawValue, part)])
        if let file {
            try file.write(Self.armored(bytes))
            try file.finish()
        } else {
            try context.console.output.write(Self.armored(bytes))
        }
        return .success
    }

    /// age's text form, which is safe on a terminal and in a mail.
    static func armored(_ bytes: [UInt8]) -> String {
        let text = Array(Data(bytes).base64EncodedString())
        let lines = stride(from: 0, to: text.count, by: 64).map { String(text[$0..<min($0 + 64, text.count)]) }
        return (["-----BEGIN AGE ENCRYPTED FILE-----"] + lines + ["-----END AGE ENCRYPTED FILE-----", ""]).joined(separator: "\n")
    }
}
