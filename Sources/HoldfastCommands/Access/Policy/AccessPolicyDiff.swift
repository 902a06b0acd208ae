import ArgumentParser
import HoldfastAPI
import HoldfastHTTP

struct AccessPolicyDiff: HoldfastCommand {
    static let configuration = CommandConfiguration(
        commandName: "diff", abstract: "Say what another policy would change, by asking it what was asked lately.",
        discussion:
            "Replays audit records against the files and lists each decision that would be another, and what roles and bindings come and go. Changes nothing."
    )

    @OptionGroup var node: NodeOptions
    @OptionGroup var output: OutputOptions
    @Option(name: .long, help: ArgumentHelp("Replay this many of the newest records.", valueName: "count"))
    var records = PolicyDiffBody.defaultRecords
    @Argument(
        help: "Policy files, or directories of them; without any: the daemon's own directory.", completion: .file(extensions: ["yaml"]))
    var files: [String] = []

    var wantsJSON: Bool { output.json }

    func validate() throws {
        guard (1...PolicyDiffBody.maximumRecords).contains(records) else {
            throw ValidationError("--records must be from 1 to \(PolicyDiffBody.maximumRecords).")
        }
    }

    func execute(in context: CommandContext) async throws -> CommandStatus {
        let body = PolicyDiffBody(files: try PolicyFileSet.read(files), records: records)
        let answer = try await context.node(node).fetch(PolicyDiffAnswerBody.self, .policyDiff, json: body, wait: nil)
        let text = PolicyText.diff(answer.body, user: SystemNames.user, style: context.console.output.style)
        try context.console.output.write(output.json ? JSONText.pretty(answer.bytes) + "\n" : text)
        return .success
    }
}
