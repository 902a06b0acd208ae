import ArgumentParser
import Glibc
import HoldfastCore

/// `holdfast catalog …`: becomes the plug-in `holdfast-catalog`, as git does, so that this program needs no network client.
struct PlugInCatalog: HoldfastCommand {
    static let configuration = CommandConfiguration(
        commandName: "catalog", abstract: "Publish models to a fleet (the plug-in holdfast-catalog).", helpNames: [])

    @Argument(parsing: .captureForPassthrough, help: "A verb of the plug-in: holdfast catalog --help lists them.")
    var arguments: [String] = []

    var wantsJSON: Bool { arguments.contains("--json") }

    func execute(in context: CommandContext) async throws -> CommandStatus {
        let name = "holdfast-catalog"
        for path in Self.places(name, context.environment["PATH"] ?? "") {
            var strings = ([path] + arguments).map { strdup($0) } + [nil]
            defer { for string in strings { free(string) } }
            execv(path, &strings)
        }
        throw HoldfastError(
            .fileUnreadable, "The plug-in \(name) is neither beside holdfast nor in PATH.",
            hint: "swift build --product holdfast-catalog; then put it beside holdfast or in PATH")
    }

    /// Beside this program first.
    private static func places(_ name: String, _ path: String) -> [String] {
        var buffer = [CChar](repeating: 0, count: 4096)
        let count = readlink("/proc/self/exe", &buffer, buffer.count)
        let own = String(decoding: buffer.prefix(max(0, count)).map(UInt8.init(bitPattern:)), as: UTF8.self)
        let folder = own.split(separator: "/", omittingEmptySubsequences: false).dropLast().joined(separator: "/")
        return ([folder] + path.split(separator: ":").map(String.init).filter { $0.hasPrefix("/") }).map { "\($0)/\(name)" }
    }
}
