import ArgumentParser
import HoldfastAPI
import HoldfastCore

struct AccessExplain: HoldfastCommand {
    static let configuration = CommandConfiguration(
        commandName: "explain", abstract: "List every rule that allows something, or say why none does.",
        discussion: "Exit status 0 says allowed, 2 denied.")

    @OptionGroup var node: NodeOptions
    @OptionGroup var output: OutputOptions
    @Argument(help: "What is to be done, such as inference:invoke.", completion: .list(Verb.allCases.map(\.rawValue)))
    var verb: String
    @Argument(help: "On what: node, or a model's name.")
    var resource: String
    @Option(name: .customLong("as"), help: ArgumentHelp("Ask for another: uid:N, user:NAME, gid:N or group:NAME.", valueName: "subject"))
    var subject: String?

    var wantsJSON: Bool { output.json }

    func validate() throws { try AccessCan.checkVerb(verb) }

    func execute(in context: CommandContext) async throws -> CommandStatus {
        let body = CanBody(
            verb: verb, resource: try Resource(parsing: resource).description,
            subject: try subject.map { try Subject(parsing: $0).description })
        let operation = body.subject == nil ? Operation.accessExplain : .accessExplainAs
        let answer = try await context.node(node).fetch(ExplainAnswerBody.self, operation, json: body)
        let text = AccessText.explain(answer.body, style: context.console.output.style)
        try context.console.state(output.json ? JSONText.pretty(answer.bytes) : text)
        return answer.body.allowed ? .success : .denied
    }
}
