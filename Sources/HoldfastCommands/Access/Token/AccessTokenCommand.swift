import ArgumentParser

struct AccessTokenCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "token", abstract: "Make, list and revoke tokens for the loopback listener.",
        subcommands: [AccessTokenCreate.self, AccessTokenList.self, AccessTokenRevoke.self])
}
