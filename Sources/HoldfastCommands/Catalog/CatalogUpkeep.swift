import ArgumentParser
import FoundationEssentials
import HoldfastAPI
import HoldfastCore
import HoldfastStore

struct CatalogGC: HoldfastCommand {
    static let configuration = CommandConfiguration(
        commandName: "gc", abstract: "Delete files of models that nothing published names, of revoked models, and old metadata.")

    @OptionGroup var options: CatalogOptions
    @OptionGroup var output: OutputOptions
    @Option(help: "Uploads younger than this, in seconds, are kept: they may be about to be published.") var grace = 3600

    var wantsJSON: Bool { output.json }

    func execute(in context: CommandContext) async throws -> CommandStatus {
        let answer = try await options.client(context).fetch(CollectedBody.self, .catalogGC, query: [("grace", String(grace))])
        let body = answer.body
        try context.console.print(
            output.json
                ? JSONText.pretty(answer.bytes)
                : "Deleted \(Human.count(body.files, "file")) (\(Human.bytes(body.bytes))) and \(Human.count(body.documents, "old document"))."
        )
        return .success
    }
}

struct CatalogBackupCommand: HoldfastCommand {
    static let configuration = CommandConfiguration(
        commandName: "backup", abstract: "Copy a catalog's state to a folder, on its own machine, while it runs.",
        discussion:
            "The signer's state is not in it: it must never go back. Copy its folder by itself, once, after each change of its keys.")

    @OptionGroup var output: OutputOptions
    @Option(help: "The catalog's state directory.") var state: String
    @Option(help: "The folder, which must not be there yet.") var out: String

    var wantsJSON: Bool { output.json }

    func execute(in context: CommandContext) async throws -> CommandStatus {
        let copied = try CatalogBackup.make(of: state, at: out)
        try CatalogCopyText.print(copied, "Copied", to: out, json: output.json, context)
        return .success
    }
}

struct CatalogRestore: HoldfastCommand {
    static let configuration = CommandConfiguration(
        commandName: "restore", abstract: "Make a catalog's state directory of a backup.",
        discussion: "Nodes may have seen newer metadata than it has. Start the catalog with it, then: holdfast catalog renew")

    @OptionGroup var output: OutputOptions
    @Option(help: "The backup's folder.") var from: String
    @Option(help: "The state directory, which must not be there yet.") var state: String

    var wantsJSON: Bool { output.json }

    func execute(in context: CommandContext) async throws -> CommandStatus {
        let copied = try CatalogBackup.restore(from, to: state)
        try CatalogCopyText.print(copied, "Restored", to: state, json: output.json, context)
        return .success
    }
}

private enum CatalogCopyText {
    static func print(_ copied: (files: Int, bytes: Int64), _ verb: String, to place: String, json: Bool, _ context: CommandContext) throws
    {
        try context.console.print(
            json
                ? JSONText.pretty(encoding: CollectedBody(files: copied.files, bytes: copied.bytes, documents: 0))
                : "\(verb) the database and \(Human.count(copied.files, "file")) (\(Human.bytes(copied.bytes))) to \(place).")
    }
}
