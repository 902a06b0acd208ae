import ArgumentParser

struct AccessCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "access", abstract: "Show who may do what, and check policies.",
        subcommands: [AccessWhoami.self, AccessCan.self, AccessPolicyCommand.self])
}
