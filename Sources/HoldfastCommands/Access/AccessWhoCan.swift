import ArgumentParser
import HoldfastAPI
import HoldfastCore

struct AccessWhoCan: HoldfastCommand {
    static let configuration = CommandConfiguration(
        commandName: "who-can", abstract: "List everybody who may do something, with the rules and bindings that let them.")

    @OptionGroup var node: NodeOptions
    @OptionGroup var output: OutputOptions
    @Argument(help: "What is to be done, such as inference:invoke.", completion: .list(Verb.allCases.map(\.rawValue)))
    var verb: String
    @Argument(help: "On what: node, or a model's name.")
    var resource: String

    var wantsJSON: Bool { output.json }

    func validate() throws { try AccessCan.checkVerb(verb) }

    func execute(in context: CommandContext) async throws -> CommandStatus {
        let body = CanBody(verb: verb, resource: try Resource(parsing: resource).description, subject: nil)
        let answer = try await context.node(node).fetch(WhoCanAnswerBody.self, .accessWhoCan, json: body)
        let text = AccessText.whoCan(answer.body, style: context.console.output.style)
        try context.console.output.write(output.json ? JSONText.pretty(answer.bytes) + "\n" : text)
        return .success
    }
}
