import ArgumentParser
import FoundationEssentials
import HoldfastAPI
import HoldfastCore
import HoldfastCrypto
import HoldfastHTTP
import NIOCore
import NIOHTTP1

struct Backup: HoldfastCommand {
    static let configuration = CommandConfiguration(
        commandName: "backup", abstract: "Write the node into one file, while it runs.",
        discussion: """
            A tar archive with a signed manifest: registry, policies, the audit log, tokens' hashes, models. Not in it: the signing key (but see \
            --key-for), saved prefixes and their keys, engines, the configuration under /etc.

            --key-for age1…: the signing key too, encrypted to that key. Without it a backup restores this node, and no other machine can take \
            its place.

            docs/backup.md says how to restore.
            """)

    @OptionGroup var node: NodeOptions
    @OptionGroup var output: OutputOptions
    @Argument(help: "The file to write; one that is there is replaced when the new one is whole.", completion: .file(extensions: ["tar"]))
    var file: String
    @Flag(name: .long, help: "Leave the models' files out: they can be added again.") var withoutModels = false
    @Flag(name: .long, help: "Leave out captured content and the salts that let a text be matched to a record.") var withoutContent = false
    @Option(name: .long, help: ArgumentHelp("Put the signing key in, encrypted to this age key.", valueName: "age1…")) var keyFor: String?

    var wantsJSON: Bool { output.json }

    func execute(in context: CommandContext) async throws -> CommandStatus {
        let target = try NewFile(file)
        var headers = HTTPHeaders()
        headers.add(name: "Content-Type", value: "application/json")
        let body = BackupBody(models: !withoutModels, content: !withoutContent, keyRecipient: keyFor)
        let response = try await context.node(node).send(
            .nodeBackup, headers: headers, body: .bytes(ByteBuffer(bytes: try JSONEncoder().encode(body))), wait: nil)
        let progress = ProgressReporter("backing up", sink: context.console.errors)
        var reader = BackupReader()
        var digest: SHA256Digest?
        var (done, total): (Int64, Int64) = (0, 0)
        do {
            defer { progress.finish() }
            for try await buffer in response.body {
                let bytes = Array(buffer: buffer)
                try bytes.withUnsafeBytes { bytes in
                    try reader.read(bytes) { event in
                        guard case .manifest(let manifest, let note) = event else { return }
                        digest = SHA256Digest(bytes: SHA256.hash(Array(note.encoded.utf8)))
                        total = manifest.bytes
                    }
                }
                try target.write(bytes[...])
                done += Int64(bytes.count)
                progress.update(done: min(done, total), total: total)
            }
        }
        let manifest = try reader.finish()
        try target.finish()
        let summary = BackupSummary(manifest, file: file, digest: digest)
        try context.console.print(
            output.json
                ? JSONText.pretty(encoding: summary)
                : "\(file): \(Human.bytes(manifest.bytes)), \(Human.count(Int64(summary.models), "model")), \(Human.count(Int64(manifest.size), "audit record"))."
        )
        if keyFor == nil { context.console.note("The signing key is not in it: holdfast backup --help says when it should be.") }
        return .success
    }
}

/// A backup in `--json`.
struct BackupSummary: Encodable {
    var file: String
    var node: String
    var time: Int64
    var version: String
    var schema: Int
    var records: Int
    var models: Int
    var bytes: Int64
    var hasContent: Bool
    var hasKey: Bool
    /// SHA-256 of the signed manifest, as the audit record has it.
    var digest: SHA256Digest?

    init(_ manifest: BackupManifest, file: String, digest: SHA256Digest?) {
        self.file = file
        node = manifest.origin
        time = manifest.time
        version = manifest.version
        schema = manifest.schema
        records = manifest.size
        models = manifest.files.count { $0.model != nil }
        bytes = manifest.bytes
        hasContent = manifest.hasContent
        hasKey = manifest.files.contains { $0.path == BackupManifest.sealedKey }
        self.digest = digest
    }

    enum CodingKeys: String, CodingKey {
        case file, node, time, version, schema, records, models, bytes, digest
        case hasContent = "has_content"
        case hasKey = "has_key"
    }
}
