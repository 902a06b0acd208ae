import ArgumentParser
import HoldfastAPI
import HoldfastCore

struct AccessCan: HoldfastCommand {
    static let configuration = CommandConfiguration(
        commandName: "can", abstract: "Say whether something is allowed, and which rule decides.",
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

    func validate() throws { try Self.checkVerb(verb) }

    static func checkVerb(_ verb: String) throws {
        guard Verb(rawValue: verb) != nil else {
            throw ValidationError("'\(verb)' is not a verb. There are: \(Verb.allCases.map(\.rawValue).joined(separator: ", ")).")
        }
    }

    func execute(in context: CommandContext) async throws -> CommandStatus {
        let body = CanBody(
            verb: verb, resource: try Resource(parsing: resource).description,
            subject: try subject.map { try Subject(parsing: $0).description })
        let answer = try await context.node(node).fetch(CanAnswerBody.self, body.subject == nil ? .accessCan : .accessCanAs, json: body)
        let text = AccessText.can(answer.body, style: context.console.output.style)
        try context.console.state(output.json ? JSONText.pretty(answer.bytes) : text)
        return answer.body.allowed ? .success : .denied
    }
}
