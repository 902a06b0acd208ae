import ArgumentParser
import HoldfastAPI
import HoldfastCore

struct AuditVerify: HoldfastCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify", abstract: "Recompute the audit tree and hold it against its newest signed checkpoint.",
        discussion: """
            With --state the files are read here, whether the node runs or not. Without it the node is asked, and when none runs, the files \
            of the usual state directory are read. Exit status 4 says that the trail does not hold.
            """)

    @OptionGroup var node: NodeOptions
    @OptionGroup var output: OutputOptions
    @Option(name: .long, help: ArgumentHelp("The node's state directory (or HOLDFAST_STATE).", valueName: "dir"), completion: .directory)
    var state: String?

    var wantsJSON: Bool { output.json }

    func execute(in context: CommandContext) async throws -> CommandStatus {
        let (report, json) = try await report(in: context)
        try context.console.print(output.json ? json : AuditReportText.sentences(report, style: context.console.output.style))
        return report.holds ? .success : .auditBroken
    }

    private func report(in context: CommandContext) async throws -> (AuditReportBody, json: String) {
        if let state { return try await local(state, context) }
        do {
            let answer = try await context.node(node).fetch(AuditReportBody.self, .auditVerify, wait: nil)
            return (answer.body, JSONText.pretty(answer.bytes))
        } catch let error as HoldfastError where error.code == .nodeUnreachable {
            guard let directory = stateDirectory(context), LocalAudit.exists(in: directory) else { throw error }
            try context.console.note("No node answers; reading \(directory) instead.")
            return try await local(directory, context)
        }
    }

    private func stateDirectory(_ context: CommandContext) -> String? {
        if let named = context.environment[DefaultStateDirectory.environmentKey], !named.isEmpty { return named }
        return DefaultStateDirectory.standard(uid: context.uid, environment: context.environment)
    }

    private func local(_ directory: String, _ context: CommandContext) async throws -> (AuditReportBody, json: String) {
        let report = try await LocalAudit.verify(
            directory, progress: ProgressReporter("verifying", in: .records, sink: context.console.errors))
        return (report, try JSONText.pretty(encoding: report))
    }
}
