import ArgumentParser
import HoldfastAPI
import HoldfastCore

struct CatalogTokenCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "token", abstract: "Tokens for operators on other machines.",
        subcommands: [CatalogTokenCreate.self, CatalogTokenList.self, CatalogTokenRevoke.self])
}

struct CatalogTokenCreate: HoldfastCommand {
    static let configuration = CommandConfiguration(
        commandName: "create", abstract: "Make a token and show it, once.", discussion: "The token alone goes to stdout.")

    @OptionGroup var options: CatalogOptions
    @OptionGroup var output: OutputOptions
    @Option(help: "What the audit trail calls its holder: token:NAME.") var name: String
    @Option(help: "The role its holder has.") var role: String
    @Option(help: ArgumentHelp("How long it lives, as 12h or 30d; 90d without.", valueName: "time")) var ttl: String?

    var wantsJSON: Bool { output.json }

    func execute(in context: CommandContext) async throws -> CommandStatus {
        let seconds = try ttl.map { text in
            guard let time = TimeExpression.duration(text) else {
                throw HoldfastError(.invalidRequest, "'\(text)' is no time such as 12h or 30d.")
            }
            return time / 1000
        }
        let body = TokenCreateBody(name: name, role: role, ttlSeconds: seconds)
        let answer = try await options.client(context).fetch(TokenCreatedBody.self, .catalogTokenCreate, json: body)
        try context.console.print(output.json ? JSONText.pretty(answer.bytes) : answer.body.token)
        return .success
    }
}

struct CatalogTokenList: HoldfastCommand {
    static let configuration = CommandConfiguration(commandName: "list", abstract: "List tokens, without their secrets.")

    @OptionGroup var options: CatalogOptions
    @OptionGroup var output: OutputOptions

    var wantsJSON: Bool { output.json }

    func execute(in context: CommandContext) async throws -> CommandStatus {
        let answer = try await options.client(context).fetch(TokenListBody.self, .catalogTokenList)
        if output.json {
            try context.console.print(JSONText.pretty(answer.bytes))
            return .success
        }
        var table = Table([("NAME", .left), ("ROLE", .left), ("EXPIRES", .left)])
        for token in answer.body.tokens {
            table.add([token.name, token.role, LocalTime.text(token.expires) + (token.isExpired ? " (expired)" : "")])
        }
        try context.console.output.write(table.text(style: context.console.output.style))
        return .success
    }
}

struct CatalogTokenRevoke: HoldfastCommand {
    static let configuration = CommandConfiguration(commandName: "revoke", abstract: "Revoke a token.")

    @OptionGroup var options: CatalogOptions
    @OptionGroup var output: OutputOptions
    @Argument(help: "The token's name.") var name: String

    var wantsJSON: Bool { output.json }

    func execute(in context: CommandContext) async throws -> CommandStatus {
        let bytes = try await options.client(context).call(.catalogTokenRevoke, name: name)
        try context.console.print(output.json ? JSONText.pretty(bytes) : "The token '\(name)' is revoked.")
        return .success
    }
}
