import ArgumentParser
import HoldfastAPI
import HoldfastCore
import HoldfastHTTP
import NIOCore

struct AuditReportCommand: HoldfastCommand {
    static let configuration = CommandConfiguration(
        commandName: "report", abstract: "Say what happened in a month: who used which models, denials, changes, gaps, integrity.")

    private static let largest = 64 << 20

    @OptionGroup var node: NodeOptions
    @OptionGroup var errors: JSONErrors
    @Option(name: .long, help: ArgumentHelp("A calendar month in UTC, such as 2026-11; this month without it.", valueName: "month"))
    var period: String?
    @Flag(name: .long, help: "Markdown on standard output; the default.") var markdown = false
    @Option(name: .long, help: ArgumentHelp("Write one self-contained HTML page here.", valueName: "file"), completion: .file())
    var html: String?

    var wantsJSON: Bool { errors.json }

    func validate() throws {
        guard !markdown || html == nil else { throw ValidationError("Give --markdown or --html FILE, not both.") }
        if let period {
            do { _ = try ReportPeriod(month: period) } catch let error as HoldfastError { throw ValidationError(error.message) }
        }
    }

    func execute(in context: CommandContext) async throws -> CommandStatus {
        var query = [(ExportQueryKey.format.rawValue, html == nil ? "markdown" : "html")]
        query.append((ExportQueryKey.period.rawValue, period ?? ReportPeriod(containing: context.now()).label))
        let file = try html.map(NewFile.init)
        let response = try await context.node(node).send(.auditReport, query: query, wait: nil)
        let text = String(buffer: try await response.collect(upTo: Self.largest))
        if let file {
            try file.write(text)
            try file.finish()
        } else {
            try context.console.output.write(text)
        }
        return .success
    }
}
