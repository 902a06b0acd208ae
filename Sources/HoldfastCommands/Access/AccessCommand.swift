import ArgumentParser

struct AccessCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "access", abstract: "Show who may do what, and work on policies.",
        subcommands: [
            AccessWhoami.self, AccessCan.self, AccessExplain.self, AccessWhoCan.self, AccessLimits.self, AccessPolicyCommand.self,
            AccessTokenCommand.self,
            AccessSocketCommand.self,
        ])
}
