import ArgumentParser

struct AccessPolicyCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "policy", abstract: "Work on policy files.", subcommands: [AccessPolicyCheck.self])
}
