import ArgumentParser
import FoundationEssentials
import HoldfastAPI
import HoldfastCore

struct CatalogPublish: HoldfastCommand {
    static let configuration = CommandConfiguration(
        commandName: "publish", abstract: "Publish a version of a model: signed here, uploaded, and read there as nodes read it.",
        discussion: "A version never changes. A second variant for another device is given with --variant DEVICE=FILE.")

    @OptionGroup var options: CatalogOptions
    @OptionGroup var output: OutputOptions
    @Argument(help: "The model file (GGUF).", completion: .file(extensions: ["gguf"])) var file: String
    @Option(help: "The model's name.") var name: String
    @Option(help: "The version: letters in lower case, digits, '.', '_' and '-'.") var version: String
    @Option(help: ArgumentHelp("A further name it goes by. May be given more than once.", valueName: "name[:tag]")) var alias: [String] = []
    @Option(help: ArgumentHelp("The licence's text: a file.", valueName: "file")) var license: String
    @Option(help: "SPDX identifier of the licence; the file's own without.") var licenseID: String?
    @Option(help: "chat, completion, long-context or embedding.") var task: String
    @Option(help: "The kind of device the file is for.") var device = "cpu"
    @Option(help: ArgumentHelp("A file for another kind of device. May be given more than once.", valueName: "device=file")) var variant:
        [String] = []
    @Option(help: "A chat template in place of the file's: a file.") var template: String?
    @Option(help: "A system prompt that is computed once for everybody: a file. May be given more than once.") var pinnedPrompt: [String] =
        []
    @Option(help: "Sampling default, 0 to 2.") var temperature: Double?
    @Option(help: "Sampling default, 0 to 1.") var topP: Double?
    @Option(help: "Tokens of context; the file's own without.") var context: Int64?
    @Option(help: ArgumentHelp("How long a node may go on without news of the catalog, as 30d.", valueName: "time")) var maxOffline: String?
    @Option(help: ArgumentHelp("How long it may go on once it is revoked, as 2h.", valueName: "time")) var grace: String?
    @Option(help: "Where the file came from.") var source: String?
    @Option(help: "The oldest Holdfast that can use it.") var leastNodeVersion = "0.0.0"
    @Option(help: "The oldest llama.cpp that can run it, as b9916.") var leastEngine: String?
    @Option(help: "model, or engine: an archive that is published like one.") var kind = "model"

    var wantsJSON: Bool { output.json }

    func validate() throws {
        for text in [maxOffline, grace].compactMap(\.self) where TimeExpression.duration(text) == nil {
            throw ValidationError("'\(text)' is no time such as 2h or 30d.")
        }
        guard Manifest.Kind(rawValue: kind) != nil else { throw ValidationError("--kind is model or engine.") }
        for text in variant where text.split(separator: "=", maxSplits: 1).count != 2 { throw ValidationError("--variant is DEVICE=FILE.") }
    }

    func execute(in context: CommandContext) async throws -> CommandStatus {
        let whole = try ModelName(parsing: "\(name):\(version)")
        let client = try options.client(context)
        let keys = try options.operatorKeys(context)
        var state = try await CatalogState.load(client, keys)
        let files =
            [(device, file)]
            + variant.map { text in
                let parts = text.split(separator: "=", maxSplits: 1).map(String.init)
                return (parts[0], parts[1])
            }
        let manifest = try makeManifest(files, whole, state, now: context.now())
        let bytes = try manifest.serialized()
        // What is written must be what is read, before it is signed for ever.
        let publication = Publication(try Manifest(parsing: bytes))
        for (variant, file) in zip(manifest.variants, files) {
            try await upload(file.1, whole, variant, client, context)
        }
        let targets = try state.setTargets(keys, days: CatalogRenew.days, now: context.now()) { $0.set(publication.target(bytes)) }
        let body = PublicationBody(targets: targets, manifests: [publication.path: Data(bytes)])
        let answer = try await client.fetch(PublishedBody.self, .catalogPublish, name: whole.description, json: body)
        try context.console.print(
            output.json
                ? JSONText.pretty(answer.bytes)
                : "Published \(whole): \(manifest.variants.map { "\(manifest.id(of: $0)) (\(Human.bytes($0.size)))" }.joined(separator: ", "))"
        )
        return .success
    }

    private func makeManifest(_ files: [(String, String)], _ whole: ModelName, _ state: CatalogState, now: Int64) throws -> Manifest {
        let kind = Manifest.Kind(rawValue: kind) ?? .model
        let earlier = try state.repository.targets()?.publications().values.filter { $0.kind == kind && $0.name == whole.name } ?? []
        if earlier.contains(where: { $0.version == whole.tag }) {
            throw HoldfastError(
                .modelExists, "\(whole) is published; a version never changes.", hint: "holdfast catalog publish with another --version")
        }
        let licence = Manifest.Licence(id: licenseID, text: try Self.text(license))
        var manifest = Manifest(
            kind: kind, name: whole.name, version: whole.tag, releaseCounter: (earlier.map(\.releaseCounter).max() ?? 0) + 1, task: task,
            licence: licence, variants: [])
        manifest.context = context
        for (device, path) in files { try add(device, OpenedFile(path), to: &manifest) }
        manifest.aliases = try alias.map { try ModelName(parsing: $0) }
        manifest.template = try template.map(Self.text)
        manifest.pinnedPrompts = try pinnedPrompt.map { Manifest.PinnedText(kind: "system", text: try Self.text($0)) }
        manifest.sampling.temperature = temperature
        manifest.sampling.topP = topP
        manifest.maximumOffline = maxOffline.flatMap(TimeExpression.duration).map { $0 / 1000 }
        manifest.revocationGrace = grace.flatMap(TimeExpression.duration).map { $0 / 1000 } ?? 0
        manifest.provenance.source = source
        manifest.provenance.publishedAt = TUFTime(seconds: now / 1000).description
        manifest.leastNodeVersion = leastNodeVersion
        return manifest
    }

    private func add(_ device: String, _ file: OpenedFile, to manifest: inout Manifest) throws {
        guard manifest.kind == .model else {
            let (digest, chunks) = try ChunkPlan(size: file.size).digest(file)
            manifest.variants.append(
                Manifest.Variant(device: device, format: "archive", digest: digest, size: Int64(clamping: file.size), chunks: chunks))
            return
        }
        var (variant, model) = try Manifest.Variant.describe(file, device: device, context: context)
        variant.engine = leastEngine.map { Manifest.Engine(name: "llama.cpp", leastVersion: $0) }
        manifest.variants.append(variant)
        manifest.complete(from: model)
    }

    private func upload(
        _ path: String, _ name: ModelName, _ variant: Manifest.Variant, _ client: CatalogClient, _ context: CommandContext
    ) async throws {
        let file = try OpenedFile(path)
        let progress = ProgressReporter("uploading \(path.split(separator: "/").last ?? "")", sink: context.console.errors)
        defer { progress.finish() }
        let upload = CatalogUpload(length: variant.size) { offset, count in
            progress.update(done: offset, total: variant.size)
            return try file.read(at: UInt64(offset), count: count)
        }
        let answer = try await client.fetch(
            UploadedBody.self, .catalogUpload, name: name.description, query: [("format", variant.format)], file: upload)
        guard answer.body.digest == variant.digest.description else {
            throw HoldfastError(
                .modelCorrupt, "\(path) changed while it was published, or arrived as something else.",
                hint: "holdfast catalog publish again")
        }
    }

    private static func text(_ path: String) throws -> String {
        let bytes = try CatalogFile.read(path, limit: 1 << 20)
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw HoldfastError(.fileUnreadable, "\(path) is no text in UTF-8.")
        }
        return text
    }
}
