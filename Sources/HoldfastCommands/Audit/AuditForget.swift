import ArgumentParser
import HoldfastAPI
import HoldfastCore
import HoldfastHTTP

struct AuditForget: HoldfastCommand {
    static let configuration = CommandConfiguration(
        commandName: "forget", abstract: "Erase what is held of somebody's prompts and answers. The records stay, and stay proved.",
        discussion: """
            Of one request, or with --actor of everything somebody has asked up to now. The keys of the HMACs and all captured content go \
            from every file of the node; nobody can hold a text against the records any more. A record says how much went.
            """)

    @OptionGroup var node: NodeOptions
    @OptionGroup var output: OutputOptions
    @Argument(help: ArgumentHelp("The request's id, or a record's index.", valueName: "record"))
    var record: String?
    @Option(name: .long, help: ArgumentHelp("A user or uid, token:NAME, app:NAME or loopback.", valueName: "uid or name"))
    var actor: String?
    @Flag(name: .long, help: "Only say how much would go.") var dryRun = false

    var wantsJSON: Bool { output.json }

    func validate() throws {
        guard (record == nil) != (actor == nil) else { throw ValidationError("Give either a RECORD or --actor.") }
    }

    func execute(in context: CommandContext) async throws -> CommandStatus {
        let body = ForgetBody(record: record, actor: try actor.map { try AuditFilter.uid($0) { SystemNames.userID($0) } }, dryRun: dryRun)
        let answer = try await context.node(node).fetch(ForgetAnswer.self, .auditForget, json: body, wait: nil)
        try context.console.print(output.json ? JSONText.pretty(answer.bytes) : Self.sentence(answer.body))
        return .success
    }

    static func sentence(_ body: ForgetAnswer) -> String {
        let files = body.files > 0 ? ", \(Human.count(body.files, "captured file")) among it" : ""
        let what = "the content of \(Human.count(body.requests, "request"))\(files)"
        guard let record = body.record else { return "Would erase \(what)." }
        let done = "Erased \(what). Record \(record) says so."
        guard body.onDisk == false else { return done }
        return done + """

            Somebody is reading the database, so older copies of it are in the write-ahead log still. The node goes on trying; nothing has to \
            be done.
            """
    }
}
