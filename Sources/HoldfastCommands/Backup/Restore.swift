import ArgumentParser
import Glibc
import HoldfastCore
import HoldfastStore
import NIOCore

struct Restore: HoldfastCommand {
    static let configuration = CommandConfiguration(
        commandName: "restore", abstract: "Put a backup in the place of a stopped node's state.",
        discussion: """
            Stop the node first (systemctl stop holdfastd). Everything in FILE is checked before anything is replaced: the signature, every \
            digest, every audit record. What was there is kept in STATE/replaced, and the restore is a record of the log.

            --check looks at FILE and changes nothing. As root it goes on as the owner of the state directory.
            """)

    @OptionGroup var output: OutputOptions
    @Argument(help: "The backup.", completion: .file(extensions: ["tar"])) var file: String
    @Option(name: .long, help: ArgumentHelp("The node's state directory (or HOLDFAST_STATE).", valueName: "dir"), completion: .directory)
    var state: String?
    @Option(
        name: .long, help: ArgumentHelp("The signing key, 32 bytes, where the state directory has none.", valueName: "file"),
        completion: .file())
    var auditKey: String?
    @Flag(name: .long, help: "The state directory may be another node's, such as a new machine's first start. Takes --audit-key.")
    var replaceNode = false
    @Flag(name: .long, help: "Only look.") var check = false
    @Flag(name: .long, help: "Do not ask.") var yes = false

    var wantsJSON: Bool { output.json }

    func validate() throws {
        guard !replaceNode || auditKey != nil else { throw ValidationError("--replace-node takes --audit-key FILE.") }
    }

    func execute(in context: CommandContext) async throws -> CommandStatus {
        guard let state = state ?? usualState(context) else {
            throw HoldfastError(.invalidRequest, "There is no state directory to restore to.", hint: "holdfast restore \(file) --state DIR")
        }
        let archive = try ArchiveFile(path: file)
        var options = NodeRestore.Options(stateDirectory: state)
        options.signingKey = try auditKey.map { try SmallFile.read($0, limit: 4096) }
        options.credentialsDirectory = context.environment["CREDENTIALS_DIRECTORY"]
        options.replacesAnotherNode = replaceNode
        // As who it is recorded: before the rights of the state's owner are taken.
        let actor = AuditActor(Caller(uid: getuid(), gid: getgid(), pid: getpid(), groups: [], socket: .internal))
        try StateOwner.become(ownerOf: state)
        let restore = try NodeRestore(options)
        try read(archive, into: restore, context)
        let found = try await restore.check()
        let summary = RestoreSummary(found, file: file, state: state)
        if check {
            try context.console.print(output.json ? JSONText.pretty(encoding: summary) : RestoreText.checked(found, file: file))
            return .success
        }
        if !yes { try confirm(found, context) }
        let report = try await restore.apply(by: actor)
        var done = summary
        (done.epoch, done.replaced, done.carriedOver) = (report.epoch, report.replaced, report.carriedOver)
        try context.console.print(output.json ? JSONText.pretty(encoding: done) : RestoreText.done(report, found))
        return .success
    }

    private func read(_ archive: ArchiveFile, into restore: NodeRestore, _ context: CommandContext) throws {
        let progress = ProgressReporter("reading \(file)", sink: context.console.errors)
        defer { progress.finish() }
        while true {
            let buffer = try archive.read(1 << 20)
            if buffer.readableBytes == 0 { break }
            try buffer.withUnsafeReadableBytes { try restore.read($0) }
            progress.update(done: archive.position, total: archive.size)
        }
        try archive.finish()
    }

    private func confirm(_ found: BackupCheck, _ context: CommandContext) throws {
        context.console.note(RestoreText.checked(found, file: file))
        guard TerminalQuestion.canAsk else {
            throw HoldfastError(.invalidRequest, "Nobody can be asked here; nothing was changed.", hint: "holdfast restore \(file) --yes")
        }
        guard TerminalQuestion.ask("Type 'restore' to put it in place: ", context.console) == "restore" else {
            throw HoldfastError(.interrupted, "Not restored; nothing was changed.")
        }
    }

    private func usualState(_ context: CommandContext) -> String? {
        if let named = context.environment[DefaultStateDirectory.environmentKey], !named.isEmpty { return named }
        return DefaultStateDirectory.standard(uid: context.uid, environment: context.environment)
    }
}

/// A restore in `--json`.
struct RestoreSummary: Encodable {
    var backup: BackupSummary
    var state: String
    /// Records of the log that is there, and of those how many the backup does not have.
    var presentRecords: Int?
    var recordsAfter: Int
    var missingModels: Int
    var epoch: Int?
    var replaced: String?
    var carriedOver: Int?

    init(_ check: BackupCheck, file: String, state: String) {
        backup = BackupSummary(check.manifest, file: file, digest: nil)
        self.state = state
        presentRecords = check.present?.size
        recordsAfter = check.recordsAfter
        missingModels = check.missingModels
    }

    enum CodingKeys: String, CodingKey {
        case backup, state, epoch, replaced
        case presentRecords = "present_records"
        case recordsAfter = "records_after"
        case missingModels = "missing_models"
        case carriedOver = "carried_over"
    }
}
