import ArgumentParser
import HoldfastAPI

/// The root of the command line.
struct Holdfast: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "holdfast", abstract: "Run language models on this machine under identity, policy and audit.",
        discussion: "Exit statuses are listed in docs/exit-codes.md.", version: HoldfastVersion.text,
        subcommands: [
            Status.self, Top.self, Logs.self, ModelCommand.self, EngineCommand.self, Run.self, Processes.self, CacheCommand.self,
            AccessCommand.self, AuditCommand.self,
            Doctor.self, Backup.self, Restore.self, Decommission.self,
            PlugInCatalog.self,
        ])

    @OptionGroup var node: NodeOptions
}
