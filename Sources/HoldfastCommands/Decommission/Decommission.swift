import ArgumentParser
import HoldfastAPI
import HoldfastCore
import HoldfastHTTP
import NIOCore
import NIOHTTP1

struct Decommission: HoldfastCommand {
    static let configuration = CommandConfiguration(
        commandName: "decommission", abstract: "End this node for good: wipe keys, content and data.",
        discussion: """
            Engines end, the audit log gets a last record, the signing key, all content, all models and the log itself are wiped, the node \
            stops. What is left is that last record with its proof, signed: on standard output, in --out FILE, in STATE/decommissioned. Print it, \
            keep it; holdfast audit verify --last-record FILE --key KEY checks it years later.

            Export or back up before, if the records must be kept: holdfast audit export, holdfast backup.
            """)

    @OptionGroup var node: NodeOptions
    @OptionGroup var output: OutputOptions
    @Option(name: .long, help: ArgumentHelp("Write the last record here too.", valueName: "file"), completion: .file()) var out: String?
    @Flag(name: .long, help: "Do not ask.") var yes = false

    var wantsJSON: Bool { output.json }

    func execute(in context: CommandContext) async throws -> CommandStatus {
        let client = context.node(node)
        let status = try await client.fetch(StatusBody.self, .status).body
        let key = try NoteVerifierKey(parsing: status.audit.verifierKey)
        let name = key.name.split(separator: "/").last.map(String.init) ?? key.name
        if !yes { try confirm(name, status, context) }
        let file = try out.map { try NewFile($0) }
        let response = try await client.send(
            .nodeDecommission, headers: ["Content-Type": "application/json"],
            body: .bytes(ByteBuffer(string: try JSONText.pretty(encoding: DecommissionBody(node: name)))), wait: nil)
        var paper: String?
        var end: DecommissionLine?
        for try await line in JSONLines(response.body) {
            let line = try NodeClient.decode(DecommissionLine.self, Array(buffer: line))
            if let text = line.paper {
                paper = text
                try file?.write(text)
                try file?.finish()
                // Before anything else can go wrong.
                try context.console.state(output.json ? JSONText.pretty(encoding: line) : text)
            } else {
                end = line
            }
        }
        guard let paper, let end, end.error == nil else {
            throw HoldfastError(
                .interrupted, end?.error ?? "The node broke off before everything was wiped.",
                hint: "start holdfastd on that state directory once: it goes on wiping, and then refuses to run")
        }
        let size = try LastRecord(parsing: Array(paper.utf8)).verify(keys: [key]).size
        context.console.note(
            "The node \(name) is gone; its log ended with \(Human.count(Int64(size), "record")). Keep the text above, and the key: \(key.text)"
        )
        return .success
    }

    private func confirm(_ name: String, _ status: StatusBody, _ context: CommandContext) throws {
        context.console.note(
            """
            This wipes \(TerminalText.clean(status.state)): \(Human.count(Int64(status.models.count), "model")), \
            \(Human.count(status.audit.records, "audit record")), the signing key, all content. There is no way back.
            """)
        guard TerminalQuestion.canAsk else {
            throw HoldfastError(.invalidRequest, "Nobody can be asked here; nothing was done.", hint: "holdfast decommission --yes")
        }
        guard TerminalQuestion.ask("Type the node's name, \(name), to wipe it: ", context.console) == name else {
            throw HoldfastError(.interrupted, "Not decommissioned; nothing was done.")
        }
    }
}
