import ArgumentParser
import FoundationEssentials
import HoldfastAPI
import HoldfastCore

struct CatalogKeyRotate: HoldfastCommand {
    static let configuration = CommandConfiguration(
        commandName: "rotate", abstract: "Replace a role's keys by new ones: root, targets, snapshot, timestamp or director.",
        discussion:
            "Offline keys are made in the keys folder, where the old ones stay; online ones in the signer, which forgets the old ones.")

    @OptionGroup var options: CatalogOptions
    @OptionGroup var output: OutputOptions
    @Argument(help: "The role.") var role: String

    var wantsJSON: Bool { output.json }

    func validate() throws {
        guard ["root", "targets", "snapshot", "timestamp", "director"].contains(role) else {
            throw ValidationError("The roles are root, targets, snapshot, timestamp and director.")
        }
    }

    func execute(in context: CommandContext) async throws -> CommandStatus {
        let client = try options.client(context)
        let keys = try options.operatorKeys(context)
        var state = try await CatalogState.load(client, keys)
        // With the key in use this is all it takes; a new root must be signed by old and new ones.
        let old = try keys.signers(.root)
        var targets: Data?
        if role == "root" {
            let count = state.repository.root.keys(of: .root).keyIDs.count
            let threshold = state.repository.root.keys(of: .root).threshold
            let new = try (0..<count).map { _ in try keys.make(.root) }
            try state.repository.setRoot(signers: old + new) { $0.set(new.map(\.key), threshold: threshold, for: .root) }
        } else if role == "targets" {
            let new = try keys.make(.targets)
            try state.repository.setRoot(signers: old) { $0.set([new.key], threshold: 1, for: .targets) }
            targets = try state.setTargets(keys, days: CatalogRenew.days, now: context.now()) { _ in }
        } else {
            let known = Set(try state.body.signer?.tufKeys(role).map(\.id) ?? [])
            let body = try await client.fetch(SignerBody.self, .catalogRotate, name: role).body
            let new = try body.tufKeys(role).filter { !known.contains($0.id) }
            try state.repository.setRoot(signers: old) { root in
                switch role {
                case "snapshot": root.set(new, threshold: 1, for: .snapshot)
                case "timestamp": root.set(new, threshold: 1, for: .timestamp)
                default: root.setDirectorKeys(new)
                }
            }
        }
        let root = try state.file("root", state.repository.root.header.version)
        let answer = try await client.fetch(PublishedBody.self, .catalogRoot, json: PublicationBody(root: Data(root), targets: targets))
        try keys.keep(root: root)
        if !["root", "targets"].contains(role) { _ = try await client.call(.catalogKeep, name: role) }
        try context.console.print(
            output.json ? JSONText.pretty(answer.bytes) : "The role '\(role)' has new keys; nodes learn of them at their next contact.")
        return .success
    }
}
