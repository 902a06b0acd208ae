import ArgumentParser
import FoundationEssentials
import HoldfastAPI
import HoldfastCore

struct CatalogInit: HoldfastCommand {
    static let configuration = CommandConfiguration(
        commandName: "init", abstract: "Begin a catalog: offline keys here, version 1 of its root and targets there.",
        discussion: "Keep copies of the keys folder apart, and off the network. Nodes are given its root.json.")

    @OptionGroup var options: CatalogOptions
    @OptionGroup var output: OutputOptions
    @Option(help: "How many root keys are made.") var rootKeys = 1
    @Option(help: "How many of them must sign.") var rootThreshold = 1
    @Option(help: "For how many days root and targets are good; holdfast catalog renew renews them.") var days = 365

    var wantsJSON: Bool { output.json }

    func validate() throws {
        guard (1...16).contains(rootKeys), (1...rootKeys).contains(rootThreshold) else {
            throw ValidationError("--root-keys is 1 to 16, and --root-threshold at most as many.")
        }
        guard (1...3650).contains(days) else { throw ValidationError("--days is 1 to 3650.") }
    }

    func execute(in context: CommandContext) async throws -> CommandStatus {
        let client = try options.client(context)
        let keys = try options.operatorKeys(context)
        guard try keys.root() == nil else {
            throw HoldfastError(
                .invalidRequest, "\(keys.folder) has a root already.", hint: "holdfast catalog init --keys DIR, with another folder")
        }
        let body = try await client.fetch(RepositoryBody.self, .catalogRepository).body
        guard body.metadata.isEmpty else {
            throw HoldfastError(.invalidRequest, "The catalog has a root already; its operator's keys folder is needed to go on with it.")
        }
        guard let signer = body.signer else { throw HoldfastError(.sourceFailed, body.problem ?? "The catalog's signer does not answer.") }
        while try keys.names(.root).count < rootKeys { _ = try keys.make(.root) }
        if try keys.names(.targets).isEmpty { _ = try keys.make(.targets) }
        let (roots, targets) = (try keys.signers(.root), try keys.signers(.targets))
        let expires = TUFTime(seconds: context.now() / 1000).adding(days: days)
        var root = TUFRoot(
            expires: expires,
            roles: [
                .root: (roots.map(\.key), rootThreshold), .targets: (targets.map(\.key), 1), .snapshot: (try signer.tufKeys("snapshot"), 1),
                .timestamp: (try signer.tufKeys("timestamp"), 1),
            ])
        root.setDirectorKeys(try signer.tufKeys("director"))
        var state = CatalogState(repository: try TUFRepository(root: root, signers: roots), body: body)
        let bytes = try state.file("root", 1)
        let first = try state.setTargets(keys, days: days, now: context.now()) { _ in }
        let answer = try await client.fetch(PublishedBody.self, .catalogRoot, json: PublicationBody(root: Data(bytes), targets: first))
        try keys.keep(root: bytes)
        try context.console.print(
            output.json ? JSONText.pretty(answer.bytes) : "The catalog has begun. Keys and trusted root: \(keys.folder)")
        return .success
    }
}

extension SignerBody {
    func tufKeys(_ role: String) throws -> [TUFKey] {
        try (keys[role] ?? []).map { try TUFKey(parsing: OLPCJSON(parsing: Array($0))) }
    }
}
