import ArgumentParser

struct AccessSocketCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "socket", abstract: "Open, list and revoke sockets that each stand for one application or container.",
        subcommands: [AccessSocketCreate.self, AccessSocketList.self, AccessSocketRevoke.self])
}
