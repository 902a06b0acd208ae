import ArgumentParser
import FoundationEssentials
import HoldfastAPI
import HoldfastCore

struct CatalogList: HoldfastCommand {
    static let configuration = CommandConfiguration(commandName: "list", abstract: "List what is published, and how fresh it is.")

    @OptionGroup var options: CatalogOptions
    @OptionGroup var output: OutputOptions

    var wantsJSON: Bool { output.json }

    struct Row: Codable {
        var name: String
        var version: String
        var kind: String
        var state: String
        var releaseCounter: Int64
        var aliases: [String]
        var size: Int64
        var reason: String?

        enum CodingKeys: String, CodingKey {
            case name, version, kind, state, aliases, size, reason
            case releaseCounter = "release_counter"
        }
    }

    func execute(in context: CommandContext) async throws -> CommandStatus {
        let state = try await CatalogState.load(options.client(context), options.operatorKeys(context))
        let rows = try (state.repository.targets()?.publications() ?? [:]).values
            .sorted { ($0.name, $0.releaseCounter) < ($1.name, $1.releaseCounter) }
            .map { publication in
                let manifest = try state.manifest(publication.path)
                return Row(
                    name: publication.name, version: publication.version, kind: publication.kind.rawValue,
                    state: publication.state.rawValue,
                    releaseCounter: publication.releaseCounter, aliases: manifest.aliases.map(\.description),
                    size: manifest.variants.reduce(0) { $0 + $1.size }, reason: publication.reason)
            }
        if output.json {
            try context.console.print(JSONText.pretty(encoding: ["publications": rows]))
        } else {
            var table = Table([("NAME", .left), ("VERSION", .left), ("STATE", .left), ("SIZE", .right), ("ALIASES", .left)])
            for row in rows { table.add([row.name, row.version, row.state, Human.bytes(row.size), row.aliases.joined(separator: ", ")]) }
            try context.console.output.write(table.text(style: context.console.output.style))
        }
        for note in Self.notes(state, now: context.now()) { context.console.note(note) }
        return .success
    }

    /// What an operator should know: what expires, and what the catalog cannot do.
    static func notes(_ state: CatalogState, now: Int64) -> [String] {
        let soon = TUFTime(seconds: now / 1000).adding(days: 30)
        var notes = [state.body.problem].compactMap(\.self)
        for (role, header) in [("root", state.repository.root.header), ("targets", state.repository.targets()?.header)].compactMap({ pair in
            pair.1.map { (pair.0, $0) }
        })
        where header.expires < soon {
            notes.append("The \(role) metadata expires at \(header.expires). Run: holdfast catalog renew")
        }
        return notes
    }
}

struct CatalogShow: HoldfastCommand {
    static let configuration = CommandConfiguration(
        commandName: "show", abstract: "Show a version's manifest; the newest one's without a version.")

    @OptionGroup var options: CatalogOptions
    @OptionGroup var output: OutputOptions
    @Argument(help: ArgumentHelp("The model.", valueName: "name[:version]")) var model: String

    var wantsJSON: Bool { output.json }

    func execute(in context: CommandContext) async throws -> CommandStatus {
        let state = try await CatalogState.load(options.client(context), options.operatorKeys(context))
        let publication = try state.publication(ModelName(parsing: model), isVersionSaid: model.contains(":"))
        let manifest = try state.manifest(publication.path)
        if output.json {
            try context.console.print(JSONText.pretty(manifest.serialized()))
            return .success
        }
        var facts = FactList()
        facts.add("Name", manifest.name)
        facts.add("Version", "\(manifest.version) (release \(manifest.releaseCounter))")
        facts.add("State", publication.state.rawValue + (publication.reason.map { ": \($0)" } ?? ""))
        facts.add("Task", manifest.task)
        facts.add("Licence", manifest.licence.id)
        facts.add("Aliases", manifest.aliases.map(\.description).joined(separator: ", "))
        facts.add("Context", manifest.context.map { "\($0) tokens" })
        facts.add("Offline", manifest.maximumOffline.map { "at most \(Human.duration(seconds: $0))" })
        for variant in manifest.variants {
            facts.add(
                manifest.id(of: variant),
                "\(variant.quantization ?? variant.format), \(Human.bytes(variant.size)) in \(Human.count(variant.chunks.count, "chunk")), \(variant.digest)"
            )
        }
        try context.console.output.write(facts.text(style: context.console.output.style))
        return .success
    }
}
