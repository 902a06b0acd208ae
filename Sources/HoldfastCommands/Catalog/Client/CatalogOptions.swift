import ArgumentParser
import FoundationEssentials
import HoldfastCore

/// Which catalog a command speaks to, and where the operator's keys are.
struct CatalogOptions: ParsableArguments {
    @Option(
        name: .long,
        help: ArgumentHelp("https://HOST:PORT, or the path of the catalog's Unix socket (or HOLDFAST_CATALOG).", valueName: "address"))
    var catalog: String?
    @Option(
        name: .long,
        help: ArgumentHelp("A file with the operator's token (or HOLDFAST_CATALOG_TOKEN, the token itself).", valueName: "file"))
    var tokenFile: String?
    @Option(name: .long, help: ArgumentHelp("Certificate authorities to trust for HTTPS, in place of the system's.", valueName: "file"))
    var ca: String?
    @Option(
        name: .long, help: ArgumentHelp("The folder of the operator's keys and trusted root (or HOLDFAST_CATALOG_KEYS).", valueName: "dir"))
    var keys: String?

    func client(_ context: CommandContext) throws -> CatalogClient {
        guard let address = catalog ?? context.environment["HOLDFAST_CATALOG"], !address.isEmpty else {
            throw HoldfastError(
                .invalidRequest, "Which catalog is meant is not said.",
                hint: "holdfast catalog … --catalog https://HOST:PORT, or set HOLDFAST_CATALOG")
        }
        var token = context.environment["HOLDFAST_CATALOG_TOKEN"]
        if let tokenFile { token = String(decoding: try CatalogFile.read(tokenFile, limit: 4096), as: UTF8.self) }
        token = token.map { $0.filter { !$0.isWhitespace } }
        if address.hasPrefix("https://") || address.hasPrefix("http://") {
            guard let make = context.webTransport else {
                throw HoldfastError(.invalidRequest, "HTTPS is spoken by the plug-in holdfast-catalog only.", hint: "holdfast catalog …")
            }
            guard address.hasPrefix("https://") || token == nil || Self.isLoopback(address) else {
                throw HoldfastError(.invalidRequest, "A token is not sent over http:// to another machine.", hint: "use https://")
            }
            return CatalogClient(transport: try make(address, ca), token: token)
        }
        guard address.contains("/") else {
            throw HoldfastError(
                .invalidRequest, "'\(address.prefix(80))' is no address of a catalog.",
                hint: "https://HOST:PORT, or a socket's path with a '/'")
        }
        return CatalogClient(transport: UnixCatalogTransport(path: address), token: token)
    }

    private static func isLoopback(_ address: String) -> Bool {
        ["http://127.", "http://localhost:", "http://[::1]"].contains { address.hasPrefix($0) }
    }

    func operatorKeys(_ context: CommandContext) throws -> OperatorKeys {
        let home = context.environment["XDG_CONFIG_HOME"] ?? (context.environment["HOME"] ?? "") + "/.config"
        return OperatorKeys(folder: keys ?? context.environment["HOLDFAST_CATALOG_KEYS"] ?? home + "/holdfast/catalog")
    }
}
