import ArgumentParser
import HoldfastAPI

/// The root of the command line.
struct Holdfast: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "holdfast", abstract: "Run language models on this machine under identity, policy and audit.",
        discussion: "Exit statuses are listed in docs/exit-codes.md.", version: HoldfastVersion.text,
        subcommands: [
            Status.self, ModelCommand.self, Run.self, Processes.self, CacheCommand.self, AccessCommand.self, AuditCommand.self, Doctor.self,
        ])

    @OptionGroup var node: NodeOptions
}
