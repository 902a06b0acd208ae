import ArgumentParser
import FoundationEssentials
import Glibc
import HoldfastAPI
import HoldfastCore

/// The program `holdfast-catalog`, which `holdfast catalog …` runs.
public enum CatalogTool {
    /// Runs the command line of this process and ends it with one of the statuses of `docs/exit-codes.md`.
    /// - Parameter web: makes what speaks HTTPS to an address, trusting the certificate authorities of a file.
    public static func main(web: @escaping @Sendable (_ address: String, _ authorities: String?) throws -> any CatalogTransport) async
        -> Never
    {
        signal(SIGPIPE, SIG_IGN)
        let environment = ProcessInfo.processInfo.environment
        var context = CommandContext(console: .standard(environment: environment), environment: environment, uid: getuid())
        context.webTransport = web
        do {
            var command = try CatalogCommand.parseAsRoot()
            guard let verb = command as? any HoldfastCommand else {
                try command.run()
                exit(CommandStatus.success.rawValue)
            }
            exit(await CommandLineTool.run(verb, in: context).rawValue)
        } catch {
            CatalogCommand.exit(withError: error)
        }
    }
}

struct CatalogCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "holdfast catalog", abstract: "Publish models to a fleet.",
        discussion: "Offline keys stay on this machine: what is published is signed here. docs/catalog.md begins at the beginning.",
        version: HoldfastVersion.text,
        subcommands: [
            CatalogInit.self, CatalogKeyCommand.self, CatalogPublish.self, CatalogYank.self, CatalogRevoke.self, CatalogList.self,
            CatalogShow.self,
            CatalogRenew.self, CatalogDirectorCommand.self, CatalogTokenCommand.self, CatalogGC.self, CatalogBackupCommand.self,
            CatalogRestore.self,
        ])
}
