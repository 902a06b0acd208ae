import ArgumentParser
import HoldfastAPI
import HoldfastCore
import HoldfastHTTP
import NIOCore

struct EngineInstall: HoldfastCommand {
    static let configuration = CommandConfiguration(
        commandName: "install", abstract: "Bring an engine onto the node, from a tar archive.",
        discussion: """
            FILE holds one executable llama-server, as a rule in bin/, and the libraries it needs beside it: tar -C FOLDER -cf engine.tar . \
            It may be compressed (gzip, zstd, xz): it is then unpacked here, by the program of that name.

            The node unpacks it, tries it confined, and keeps it under the SHA-256 of the uncompressed archive. It is used after: \
            holdfast engine use NAME
            """)

    @OptionGroup var node: NodeOptions
    @OptionGroup var output: OutputOptions
    @Argument(help: "The archive.", completion: .file(extensions: ["tar", "gz", "tgz", "zst", "xz"])) var file: String
    @Option(name: .long, help: "What to call it; else the file's name without its endings.") var name: String?
    @Option(name: .long, help: ArgumentHelp("Refuse any other archive.", valueName: "sha256:hex")) var digest: String?

    var wantsJSON: Bool { output.json }

    func execute(in context: CommandContext) async throws -> CommandStatus {
        let name = name ?? Self.name(of: file)
        try EngineName.check(name)
        let digest = try digest.map { try SHA256Digest(parsing: $0) }
        let archive = try ArchiveFile(path: file)
        let progress = ProgressReporter("installing \(name)", sink: context.console.errors)
        let chunks = ArchiveChunks(archive) { progress.update(done: $0, total: archive.size) }
        let answer: Answer<EngineInstalledBody>
        do {
            defer { progress.finish() }
            answer = try await context.node(node).fetch(
                EngineInstalledBody.self, .engineInstall,
                query: [(EngineInstallKey.name, name)] + (digest.map { [(EngineInstallKey.digest, $0.description)] } ?? []),
                body: .stream(chunks, length: nil), wait: nil)
        }
        // A program that failed to unpack has sent less than the whole: the node said so first.
        try archive.finish()
        try context.console.print(output.json ? JSONText.pretty(answer.bytes) : EngineText.installed(answer.body))
        return .success
    }

    static func name(of file: String) -> String {
        var name = file.split(separator: "/").last.map(String.init) ?? file
        for ending in [".gz", ".zst", ".xz", ".tgz", ".tar"] where name.hasSuffix(ending) { name.removeLast(ending.count) }
        return name
    }
}
