import ArgumentParser
import Glibc
import HoldfastCore

/// The program `holdfast-tuf`: the TUF client of Holdfast as TUF's conformance suite drives it (its CLIENT-CLI.md). It ends with 0 or 1.
public enum AdapterProgram {
    public static func run() async -> Never {
        signal(SIGPIPE, SIG_IGN)
        do {
            try await AdapterCommand.parse().perform()
            exit(0)
        } catch {
            let isHelp = AdapterCommand.exitCode(for: error).isSuccess
            let text = (error as? HoldfastError)?.description ?? AdapterCommand.fullMessage(for: error)
            let line = Array("\(text)\n".utf8)
            _ = write(isHelp ? STDOUT_FILENO : STDERR_FILENO, line, line.count)
            exit(isHelp ? 0 : 1)
        }
    }
}

/// Options stand before the command, as the suite writes them.
struct AdapterCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "holdfast-tuf",
        abstract: "A TUF client for tests: keeps trusted metadata in a folder, and downloads what it vouches for.",
        usage: """
            holdfast-tuf --metadata-dir D init ROOT.json
            holdfast-tuf --metadata-dir D --metadata-url U refresh
            holdfast-tuf --metadata-dir D --metadata-url U --target-name N [--target-name M …] --target-base-url T --target-dir O download
            """)

    enum Verb: String, ExpressibleByArgument { case `init`, refresh, download }

    @Option(help: "Where trusted metadata is kept.") var metadataDir: String
    @Option(help: "The repository's metadata.") var metadataUrl: String?
    @Option(help: "A target's path; may be repeated.") var targetName: [String] = []
    @Option(help: "The repository's targets.") var targetBaseUrl: String?
    @Option(help: "Where targets are kept.") var targetDir: String?
    @Argument(help: "init, refresh or download.") var verb: Verb
    @Argument(help: "With init: the root metadata to trust.") var root: String?

    func perform() async throws {
        let store = MetadataFolder(path: metadataDir)
        if verb == .`init` { return try store.begin(with: SmallFiles.read(required(root, "ROOT.json"))) }
        let web = try WebRepository(metadata: required(metadataUrl, "--metadata-url"), targets: targetBaseUrl)
        var updater = try TUFUpdater(source: web, store: store, start: TUFTime(seconds: Int64(time(nil))))
        try await updater.refresh()
        guard verb == .download else { return }
        guard !targetName.isEmpty else { throw ValidationError("--target-name is missing") }
        let folder = TargetFolder(path: try required(targetDir, "--target-dir"))
        for name in targetName {
            guard let target = try await updater.find(name) else {
                throw HoldfastError(.targetNotFound, "Nobody who may publish '\(name)' does.")
            }
            if try folder.has(target) { continue }
            try await folder.store(target, from: web, consistent: updater.client.usesConsistentSnapshots)
        }
    }

    private func required(_ value: String?, _ name: String) throws -> String {
        guard let value else { throw ValidationError("\(name) is missing") }
        return value
    }
}
