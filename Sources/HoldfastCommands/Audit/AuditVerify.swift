import ArgumentParser
import HoldfastAPI
import HoldfastCore

struct AuditVerify: HoldfastCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify", abstract: "Check the audit trail, an export of it, or a proof.",
        discussion: """
            Alone: recomputes the tree and holds it against its newest signed checkpoint. With --state the files are read here, whether the node \
            runs or not. Without it the node is asked, and when none runs, the files of the usual state directory are read.

            --since FILE: also shows that nothing has changed since the checkpoint in FILE (holdfast audit checkpoint) was kept.
            --file EXPORT, --proof FILE --record FILE, --last-record FILE: need no node, only the verifier key.

            Exit status 4 says that it does not hold.
            """)

    @OptionGroup var node: NodeOptions
    @OptionGroup var output: OutputOptions
    @Option(name: .long, help: ArgumentHelp("The node's state directory (or HOLDFAST_STATE).", valueName: "dir"), completion: .directory)
    var state: String?
    @Option(
        name: .long, help: ArgumentHelp("The log's verifier key, as text; else the one in the state directory.", valueName: "name+id+key"))
    var key: String?
    @Option(name: .long, help: ArgumentHelp("A checkpoint that was kept.", valueName: "file"), completion: .file())
    var since: String?
    @Option(
        name: .long, help: ArgumentHelp("A later one that was kept, instead of the present.", valueName: "file"),
        completion: .file())
    var until: String?
    @Option(name: .long, help: ArgumentHelp("An export (jsonl) to check.", valueName: "file"), completion: .file())
    var file: String?
    @Option(name: .long, help: ArgumentHelp("A proof (.tlog-proof) to check.", valueName: "file"), completion: .file())
    var proof: String?
    @Option(name: .long, help: ArgumentHelp("The record it is of.", valueName: "file"), completion: .file())
    var record: String?
    @Option(name: .long, help: ArgumentHelp("What holdfast decommission left, to check.", valueName: "file"), completion: .file())
    var lastRecord: String?

    var wantsJSON: Bool { output.json }

    func validate() throws {
        guard [file, proof, lastRecord].count(where: { $0 != nil }) <= 1 else {
            throw ValidationError("Give one of --file, --proof and --last-record.")
        }
        guard (proof == nil) == (record == nil) else { throw ValidationError("--proof FILE and --record FILE go together.") }
        guard since == nil || (file == nil && proof == nil && lastRecord == nil) else {
            throw ValidationError("--since is about the trail itself.")
        }
        guard until == nil || since != nil else { throw ValidationError("--until goes with --since.") }
        if let key {
            do { _ = try NoteVerifierKey(parsing: key) } catch let error as HoldfastError { throw ValidationError(error.message) }
        }
    }

    func execute(in context: CommandContext) async throws -> CommandStatus {
        let places = VerifierKeys(key: key, state: state ?? usualState(context))
        if let file { return try OfflineCheck(context.console, json: output.json).export(file, keys: try places.required()) }
        if let proof, let record {
            return try OfflineCheck(context.console, json: output.json).proof(proof, of: record, keys: try places.required())
        }
        if let lastRecord { return try OfflineCheck(context.console, json: output.json).lastRecord(lastRecord, key: key) }
        let kept = try [since, until].compactMap { try $0.map(KeptCheckpoint.init) }
        let (report, json) = try await report(in: context, kept)
        try context.console.state(output.json ? json : AuditReportText.sentences(report, style: context.console.output.style))
        return report.holds ? .success : .auditBroken
    }

    private func report(in context: CommandContext, _ kept: [KeptCheckpoint]) async throws -> (AuditReportBody, json: String) {
        if let state { return try await local(state, context, kept) }
        do {
            let client = context.node(node)
            let answer = try await client.fetch(AuditReportBody.self, .auditVerify, wait: nil)
            guard let since = kept.first else { return (answer.body, JSONText.pretty(answer.bytes)) }
            let trusted = try key.map { try NoteVerifierKey(parsing: $0) }
            if trusted == nil { context.console.note("The key is the one the node names. With --key the check is independent of it.") }
            let report = try await ConsistencyCheck(client: client, key: trusted).hold(
                answer.body, against: since, until: kept.dropFirst().first)
            return (report, try JSONText.pretty(encoding: report))
        } catch let error as HoldfastError where error.code == .nodeUnreachable {
            guard let directory = usualState(context), LocalAudit.exists(in: directory) else { throw error }
            context.console.note("No node answers; reading \(directory) instead.")
            return try await local(directory, context, kept)
        }
    }

    private func usualState(_ context: CommandContext) -> String? {
        if let named = context.environment[DefaultStateDirectory.environmentKey], !named.isEmpty { return named }
        return DefaultStateDirectory.standard(uid: context.uid, environment: context.environment)
    }

    private func local(
        _ directory: String, _ context: CommandContext, _ kept: [KeptCheckpoint]
    ) async throws -> (AuditReportBody, json: String) {
        let report = try await LocalAudit.verify(
            directory, key: key, against: kept,
            progress: ProgressReporter("verifying", in: .records, sink: context.console.errors))
        return (report, try JSONText.pretty(encoding: report))
    }
}
