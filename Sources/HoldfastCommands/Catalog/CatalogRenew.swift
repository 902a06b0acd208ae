import ArgumentParser
import FoundationEssentials
import HoldfastAPI
import HoldfastCore

struct CatalogRenew: HoldfastCommand {
    static let configuration = CommandConfiguration(
        commandName: "renew", abstract: "Sign root and targets anew before they expire, or after the catalog came back from a backup.")

    /// For how long targets are good that a command signs.
    static let days = 365

    @OptionGroup var options: CatalogOptions
    @OptionGroup var output: OutputOptions
    @Option(help: "For how many days they are good.") var days = CatalogRenew.days

    var wantsJSON: Bool { output.json }

    func validate() throws { guard (1...3650).contains(days) else { throw ValidationError("--days is 1 to 3650.") } }

    func execute(in context: CommandContext) async throws -> CommandStatus {
        let client = try options.client(context)
        let keys = try options.operatorKeys(context)
        var state = try await CatalogState.load(client, keys)
        let expires = TUFTime(seconds: context.now() / 1000).adding(days: days)
        try state.repository.setRoot(signers: keys.signers(.root)) { $0.header.expires = expires }
        let root = try state.file("root", state.repository.root.header.version)
        let targets = try state.setTargets(keys, days: days, now: context.now()) { _ in }
        let answer = try await client.fetch(PublishedBody.self, .catalogRoot, json: PublicationBody(root: Data(root), targets: targets))
        try keys.keep(root: root)
        try context.console.print(output.json ? JSONText.pretty(answer.bytes) : "Root and targets are good until \(expires).")
        return .success
    }
}
