import ArgumentParser
import HoldfastAPI
import HoldfastCore

struct AuditProve: HoldfastCommand {
    static let configuration = CommandConfiguration(
        commandName: "prove", abstract: "Print the proof that a record is in the log, as a .tlog-proof file.",
        discussion: """
            holdfast audit prove ID --record record.json > x.tlog-proof
            holdfast audit verify --proof x.tlog-proof --record record.json --key 'NAME+ID+KEY'

            Of a request with two records, the one that says what came of it; the other by its index.
            """)

    @OptionGroup var node: NodeOptions
    @OptionGroup var output: OutputOptions
    @Option(name: .long, help: ArgumentHelp("Write the record itself here, as it is hashed.", valueName: "file"), completion: .file())
    var record: String?
    @Argument(help: "The request's id, or a record's index.")
    var id: String

    var wantsJSON: Bool { output.json }

    func execute(in context: CommandContext) async throws -> CommandStatus {
        let answer = try await context.node(node).fetch(ProofBody.self, .auditProve, name: id, wait: nil)
        if let path = record {
            guard let text = answer.body.record else {
                throw HoldfastError(
                    .recordNotFound, "The entry of record \(answer.body.index) is gone; its hash, and so the proof, is still there.",
                    hint: "holdfast audit prove \(answer.body.index)")
            }
            let file = try NewFile(path)
            try file.write(text)
            try file.finish()
        }
        try context.console.output.write(output.json ? JSONText.pretty(answer.bytes) + "\n" : answer.body.proof)
        if !answer.body.others.isEmpty {
            let others = answer.body.others.sorted().map(String.init).joined(separator: ", ")
            context.console.note("This proves record \(answer.body.index). Of the same request there is also \(others).")
        }
        return .success
    }
}
