import ArgumentParser
import HoldfastAPI
import HoldfastCore

struct AccessSocketCreate: HoldfastCommand {
    static let configuration = CommandConfiguration(
        commandName: "create", abstract: "Open a socket whose callers are one subject, whoever they are.",
        discussion: "Mount its folder into a container: podman run -v RUNTIME/apps/NAME:/run/holdfast:ro …")

    @OptionGroup var node: NodeOptions
    @OptionGroup var output: OutputOptions
    @Argument(help: "What policies and the audit trail call its callers: app:NAME.")
    var name: String
    @Option(name: .long, help: ArgumentHelp("Whose place they take, with the system's groups: uid:N or user:NAME.", valueName: "subject"))
    var subject: String?

    var wantsJSON: Bool { output.json }

    func execute(in context: CommandContext) async throws -> CommandStatus {
        let body = SocketCreateBody(name: name, subject: try subject.map { try Subject(parsing: $0).description })
        let answer = try await context.node(node).fetch(SocketInfo.self, .accessSocketCreate, json: body)
        if output.json {
            try context.console.output.write(JSONText.pretty(answer.bytes) + "\n")
        } else {
            try context.console.print(TerminalText.clean(answer.body.path))
            context.console.note("Whoever reaches it is \(SubjectText.subject(of: answer.body, names: .system)).")
        }
        return .success
    }
}
