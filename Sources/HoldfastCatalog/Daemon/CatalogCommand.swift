import ArgumentParser
import CHoldfastSystem
import Foundation
import Glibc
import HoldfastAPI
import HoldfastCore
import Logging

/// `holdfast-catalogd`, for its executable.
public enum CatalogProgram {
    public static func run() async { await HoldfastCatalogCommand.main() }
}

struct HoldfastCatalogCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "holdfast-catalogd", abstract: "Publish models to a fleet: TUF metadata, files, and what each node should run.",
        discussion: "Its online keys are in holdfast-signer, which must run beside it. docs/catalog.md begins at the beginning.",
        version: HoldfastVersion.text)

    @Option(help: "Where the catalog keeps what it has.") var state: String
    @Option(
        parsing: .singleValue,
        help: "A Unix socket's path, or HOST:PORT on the loopback interface (with TLS on any). May be given more than once.")
    var listen: [String]
    @Option(help: "The signer's socket (STATE/signer.sock).") var signer: String?
    @Option(help: "The TLS certificate and its chain, PEM.") var tlsCert: String?
    @Option(help: "Its private key, PEM.") var tlsKey: String?
    @Option(parsing: .singleValue, help: "A name by which clients reach it, as their Host header says. May be given more than once.")
    var host: [String] = []
    @Option(help: "A folder of policy files.") var policies: String?
    @Flag(help: "Run for the whole machine: root and the group holdfast-catalog hold the roles.") var system = false

    func run() async throws {
        LoggingSystem.bootstrap { StreamLogHandler.standardError(label: $0) }
        do {
            hf_set_dumpable(0)
            umask(0o077)
            signal(SIGPIPE, SIG_IGN)
            try await CatalogDaemon(settings(), logger: Logger(label: "holdfast-catalogd")).run()
        } catch let error as HoldfastError {
            var text = "holdfast-catalogd: \(error.message)\n"
            if let detail = error.detail { text += "  detail: \(detail)\n" }
            if let hint = error.hint { text += "  try: \(hint)\n" }
            FileHandle.standardError.write(Data(text.utf8))
            throw ExitCode(error.code == .configurationInvalid || error.code == .databaseTooNew ? 78 : 1)
        }
    }

    func settings() throws -> CatalogDaemon.Settings {
        guard (tlsCert == nil) == (tlsKey == nil) else {
            throw HoldfastError(
                .configurationInvalid, "A TLS certificate and its key are given together.", hint: "--tls-cert FILE --tls-key FILE")
        }
        var settings = CatalogDaemon.Settings(
            state: Self.absolute(state), signer: signer.map(Self.absolute) ?? Self.absolute(state) + "/signer.sock",
            listen: try listen.map { try CatalogAddress($0.contains("/") ? Self.absolute($0) : $0, tls: tlsCert != nil) })
        if let tlsCert, let tlsKey { settings.tls = try TLSLayer.make(certificate: tlsCert, key: tlsKey) }
        settings.hosts = host
        settings.policies = policies.map(Self.absolute)
        settings.system = system
        return settings
    }

    private static func absolute(_ path: String) -> String {
        path.hasPrefix("/") ? path : FileManager.default.currentDirectoryPath + "/" + path
    }
}
