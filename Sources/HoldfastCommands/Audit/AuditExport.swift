import ArgumentParser
import HoldfastAPI
import HoldfastCore
import HoldfastHTTP
import NIOCore

struct AuditExport: HoldfastCommand {
    static let configuration = CommandConfiguration(
        commandName: "export", abstract: "Write audit records to a file for somebody else's system.",
        discussion: """
            jsonl carries its own proof and is what holdfast audit verify --file reads; ocsf, cef and csv are views for other tools and prove \
            nothing. With filters, jsonl has the hashes of what is left out.
            """)

    @OptionGroup var node: NodeOptions
    @OptionGroup var errors: JSONErrors
    @OptionGroup var filter: AuditFilter
    @Option(
        name: .long, help: ArgumentHelp("jsonl, ocsf, cef or csv.", valueName: "format"),
        completion: .list(AuditExportFormat.allCases.map(\.rawValue)))
    var format = AuditExportFormat.jsonl.rawValue
    @Option(name: .long, help: ArgumentHelp("Write here instead of to standard output.", valueName: "file"), completion: .file())
    var out: String?

    var wantsJSON: Bool { errors.json }

    func validate() throws {
        guard AuditExportFormat(rawValue: format) != nil else {
            let all = AuditExportFormat.allCases.map(\.rawValue).joined(separator: ", ")
            throw ValidationError("'\(format)' is not a format. There are: \(all).")
        }
    }

    func execute(in context: CommandContext) async throws -> CommandStatus {
        let query = [(ExportQueryKey.format.rawValue, format)] + (try filter.query(now: context.now()))
        // Before the request: a file that cannot be written is no reason for an export in the trail.
        let file = try out.map(NewFile.init)
        let response = try await context.node(node).send(.auditExport, query: query, wait: nil)
        var rest: [UInt8] = []
        for try await buffer in response.body {
            guard file == nil else {
                try file?.write(Array(buffer: buffer)[...])
                continue
            }
            rest += Array(buffer: buffer)
            // Whole lines, so that no character is cut.
            guard let end = rest.lastIndex(of: UInt8(ascii: "\n")) else { continue }
            try context.console.output.write(String(decoding: rest[...end], as: UTF8.self))
            rest.removeSubrange(...end)
        }
        if let file { try file.finish() } else { try context.console.output.write(String(decoding: rest, as: UTF8.self)) }
        return .success
    }
}
