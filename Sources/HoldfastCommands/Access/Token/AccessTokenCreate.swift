import ArgumentParser
import HoldfastAPI
import HoldfastCore

struct AccessTokenCreate: HoldfastCommand {
    static let configuration = CommandConfiguration(
        commandName: "create", abstract: "Make a token and show it, once.",
        discussion: "The token alone goes to stdout, so that it can be kept with: holdfast access token create … > FILE")

    @OptionGroup var node: NodeOptions
    @OptionGroup var output: OutputOptions
    @Option(name: .long, help: "What policies and the audit trail call its holder: token:NAME.")
    var name: String
    @Option(name: .long, help: "The role its holder has.")
    var role: String
    @Option(name: .long, help: ArgumentHelp("How long it lives, such as 12h, 30d or 8w; at most 365d. 90d without.", valueName: "time"))
    var ttl: String?

    var wantsJSON: Bool { output.json }

    func validate() throws {
        if let ttl, seconds(ttl) == nil { throw ValidationError("--ttl is a time such as 12h, 30d or 8w, at most 365d.") }
    }

    private func seconds(_ text: String) -> Int64? {
        guard let seconds = TimeExpression.duration(text).map({ $0 / 1000 }), (1...TokenCreateBody.maximumSeconds).contains(seconds) else {
            return nil
        }
        return seconds
    }

    func execute(in context: CommandContext) async throws -> CommandStatus {
        let body = TokenCreateBody(name: name, role: role, ttlSeconds: ttl.flatMap(seconds))
        let answer = try await context.node(node).fetch(TokenCreatedBody.self, .accessTokenCreate, json: body)
        if output.json {
            try context.console.output.write(JSONText.pretty(answer.bytes) + "\n")
        } else {
            try context.console.print(answer.body.token)
            let info = answer.body.info
            context.console.note("\(info.subject) has the role \(info.role) until \(LocalTime.text(info.expires)). It is not shown again.")
        }
        return .success
    }
}
