import ArgumentParser
import HoldfastAPI
import HoldfastCore

struct AuditPrune: HoldfastCommand {
    static let configuration = CommandConfiguration(
        commandName: "prune", abstract: "Let old entries of the audit trail go. It takes two different subjects.",
        discussion: """
            One asks with --before, another agrees with --approve within 24 hours. The hashes of the entries stay, so all else can still be \
            proved, and a signed record says which went, and why.
            """)

    @OptionGroup var node: NodeOptions
    @OptionGroup var output: OutputOptions
    @Option(name: .long, help: ArgumentHelp("Entries from before this: RFC 3339, or how long ago, such as 200d.", valueName: "time"))
    var before: String?
    @Flag(name: .long, help: "Only say what would go.") var dryRun = false
    @Option(name: .long, help: ArgumentHelp("Agree to another subject's request.", valueName: "id")) var approve: String?

    var wantsJSON: Bool { output.json }

    func validate() throws {
        guard (before == nil) != (approve == nil) else { throw ValidationError("Give either --before TIME or --approve ID.") }
        if let before, TimeExpression.parse(before, now: 0) == nil {
            throw ValidationError("'\(before)' is not a time: write RFC 3339 (2026-11-24T06:44:22Z), or how long ago (200d).")
        }
        guard approve == nil || !dryRun else { throw ValidationError("--dry-run goes with --before.") }
    }

    func execute(in context: CommandContext) async throws -> CommandStatus {
        let answer: Answer<PruneAnswer>
        if let approve {
            answer = try await context.node(node).fetch(PruneAnswer.self, .auditPruneApprove, name: approve, wait: nil)
        } else {
            let body = PruneBody(before: before.flatMap { TimeExpression.parse($0, now: context.now()) } ?? 0, dryRun: dryRun)
            answer = try await context.node(node).fetch(PruneAnswer.self, .auditPrune, json: body, wait: nil)
        }
        try context.console.print(output.json ? JSONText.pretty(answer.bytes) : Self.sentence(answer.body))
        return .success
    }

    static func sentence(_ body: PruneAnswer) -> String {
        guard body.past > body.first else { return "Nothing is old enough: entries go in whole bundles of 256 records." }
        let range = "records \(body.first) to \(body.past - 1)"
        if let removed = body.removed { return "Removed \(removed) of the entries of \(range); their hashes stay." }
        guard let id = body.id else { return "The entries of \(range) would go; their hashes would stay." }
        return """
            Asked to remove the entries of \(range). Another subject has 24 hours to agree:
              holdfast audit prune --approve \(TerminalText.clean(id))
            """
    }
}
