import ArgumentParser
import Glibc
import HoldfastCore

struct Logs: HoldfastCommand {
    static let configuration = CommandConfiguration(
        commandName: "logs", abstract: "Show what the node's processes wrote to the journal.",
        discussion: """
            Reads systemd's journal through journalctl: the units holdfastd and holdfast-engine@. Only who may read the journal sees anything: root \
            and the groups systemd-journal and adm. A node that was started by hand writes to its standard error, and to no journal.

            --audit shows the audit records that are mirrored there (audit.journald: on); the audit trail itself is under holdfast audit.
            """)

    @OptionGroup var output: OutputOptions
    @Flag(name: [.long, .customShort("f")], help: "Go on as more is written, until Ctrl-C.") var follow = false
    @Option(name: .long, help: ArgumentHelp("From when on: 2026-11-24, 10:30, '1 hour ago'.", valueName: "time")) var since: String?
    @Option(name: .long, help: ArgumentHelp("How many lines, from the end.", valueName: "count")) var lines = 100
    @Option(name: .long, help: ArgumentHelp("At least this severe: err, warning, notice, info, debug.", valueName: "level"))
    var priority: Priority?
    @Option(name: .long, help: ArgumentHelp("Only what belongs to this request (its X-Request-Id).", valueName: "id")) var request: String?
    @Flag(name: .long, help: "Mirrored audit records instead.") var audit = false

    var wantsJSON: Bool { output.json }

    enum Priority: String, ExpressibleByArgument, CaseIterable { case err, warning, notice, info, debug }

    func validate() throws {
        guard (1...100_000).contains(lines) else { throw ValidationError("--lines is from 1 to 100000.") }
        if let request, request.isEmpty || !request.utf8.allSatisfy({ $0.isHexDigit }) {
            throw ValidationError("--request takes an id, as X-Request-Id has it.")
        }
    }

    func execute(in context: CommandContext) async throws -> CommandStatus {
        let status = try JournalReader(console: context.console, environment: context.environment).run(arguments)
        guard status == 0 else {
            throw HoldfastError(
                .fileUnreadable, "journalctl ended with status \(status).", hint: "journalctl \(arguments.joined(separator: " "))")
        }
        return .success
    }

    /// journalctl's.
    var arguments: [String] {
        var words = ["--no-pager", "--quiet", "--lines=\(lines)", "--output=\(output.json ? "json" : "short-iso")"]
        if follow { words.append("--follow") }
        if let since { words.append("--since=\(since)") }
        if let priority { words.append("--priority=\(priority.rawValue)") }
        // Terms of one field are alternatives, of several conditions.
        if audit { return words + ["MESSAGE_ID=\(JournalReader.auditMessage)"] + (request.map { ["HOLDFAST_REQUEST=\($0)"] } ?? []) }
        if let request { return words + ["HOLDFAST_REQUEST=\(request)"] }
        return words + JournalReader.units.map { "--unit=\($0)" }
    }
}

extension UInt8 {
    fileprivate var isHexDigit: Bool {
        (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(self) || (UInt8(ascii: "a")...UInt8(ascii: "f")).contains(self)
            || (UInt8(ascii: "A")...UInt8(ascii: "F")).contains(self)
    }
}
