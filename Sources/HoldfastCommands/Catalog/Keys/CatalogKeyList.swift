import ArgumentParser
import HoldfastAPI
import HoldfastCore

struct CatalogKeyList: HoldfastCommand {
    static let configuration = CommandConfiguration(commandName: "list", abstract: "List the keys that count, and who holds them.")

    @OptionGroup var options: CatalogOptions
    @OptionGroup var output: OutputOptions

    var wantsJSON: Bool { output.json }

    struct Row: Codable {
        var role: String
        var id: String
        /// `operator`: in this keys folder; `signer`; `elsewhere`.
        var holder: String
        var threshold: Int
    }

    func execute(in context: CommandContext) async throws -> CommandStatus {
        let keys = try options.operatorKeys(context)
        let state = try await CatalogState.load(options.client(context), keys)
        let own = Set(try (keys.signers(.root) + keys.signers(.targets)).map(\.key.id))
        let online = Set(try ["snapshot", "timestamp", "director"].flatMap { try state.body.signer?.tufKeys($0).map(\.id) ?? [] })
        let root = state.repository.root
        var rows = TUFRoot.Role.allCases.flatMap { role in
            root.keys(of: role).keyIDs.map { Row(role: role.rawValue, id: $0, holder: "", threshold: root.keys(of: role).threshold) }
        }
        rows += try root.directorKeys.map { Row(role: "director", id: $0.id, holder: "", threshold: 1) }
        for index in rows.indices {
            rows[index].holder = own.contains(rows[index].id) ? "operator" : online.contains(rows[index].id) ? "signer" : "elsewhere"
        }
        if output.json {
            try context.console.print(JSONText.pretty(encoding: ["keys": rows]))
            return .success
        }
        var table = Table([("ROLE", .left), ("KEY", .left), ("HOLDER", .left), ("THRESHOLD", .right)])
        for row in rows { table.add([row.role, row.id, row.holder, String(row.threshold)]) }
        try context.console.output.write(table.text(style: context.console.output.style))
        return .success
    }
}
