import ArgumentParser
import FoundationEssentials
import HoldfastAPI
import HoldfastCore

struct CatalogYank: HoldfastCommand {
    static let configuration = CommandConfiguration(
        commandName: "yank", abstract: "Take a version back: nobody installs it any more, and who has it keeps it.")

    @OptionGroup var options: CatalogOptions
    @OptionGroup var output: OutputOptions
    @Argument(help: ArgumentHelp("The version.", valueName: "name:version")) var model: String
    @Option(help: "Why; everybody sees it.") var reason: String?

    var wantsJSON: Bool { output.json }

    func execute(in context: CommandContext) async throws -> CommandStatus {
        try await Withdrawal(model: model, state: .yanked, reason: reason).perform(options, json: output.json, context)
    }
}

struct CatalogRevoke: HoldfastCommand {
    static let configuration = CommandConfiguration(
        commandName: "revoke", abstract: "Revoke a version for ever: nodes stop using it at their next contact, after its grace.")

    @OptionGroup var options: CatalogOptions
    @OptionGroup var output: OutputOptions
    @Argument(help: ArgumentHelp("The version.", valueName: "name:version")) var model: String
    @Option(help: "Why; everybody sees it.") var reason: String?

    var wantsJSON: Bool { output.json }

    func execute(in context: CommandContext) async throws -> CommandStatus {
        try await Withdrawal(model: model, state: .revoked, reason: reason).perform(options, json: output.json, context)
    }
}

private struct Withdrawal {
    let model: String
    let state: Publication.State
    let reason: String?

    func perform(_ options: CatalogOptions, json: Bool, _ context: CommandContext) async throws -> CommandStatus {
        let name = try ModelName(parsing: model)
        let client = try options.client(context)
        let keys = try options.operatorKeys(context)
        var catalog = try await CatalogState.load(client, keys)
        var publication = try catalog.publication(name, isVersionSaid: model.contains(":"))
        publication.state = state
        publication.reason = reason
        let whole = try ModelName(parsing: "\(publication.name):\(publication.version)")
        let targets = try catalog.setTargets(keys, days: CatalogRenew.days, now: context.now()) { targets in
            guard let known = targets.targets[publication.path] else { return }
            targets.set(publication.target(like: known))
        }
        let answer = try await client.fetch(
            PublishedBody.self, .catalogWithdraw, name: whole.description, json: PublicationBody(targets: targets))
        try context.console.print(json ? JSONText.pretty(answer.bytes) : "\(whole) is \(state.rawValue).")
        return .success
    }
}
