import ArgumentParser
import HoldfastAPI
import HoldfastCore
import HoldfastHTTP
import NIOCore

struct ModelVerify: HoldfastCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify", abstract: "Read model files again and hold them against their digests.",
        discussion: "Exit status 3 says that a file is corrupt or missing.")

    @OptionGroup var node: NodeOptions
    @OptionGroup var output: OutputOptions
    @Flag(name: .long, help: "Verify every model; the default without a name.")
    var all = false
    @Argument(help: "The model to verify.")
    var name: String?

    var wantsJSON: Bool { output.json }

    func validate() throws {
        if all, name != nil { throw ValidationError("Give a name or --all, not both.") }
    }

    func execute(in context: CommandContext) async throws -> CommandStatus {
        let client = context.node(node)
        let response =
            if let name {
                try await client.send(.modelVerify, name: try ModelName(parsing: name).description, wait: nil)
            } else {
                try await client.send(.modelVerifyAll, wait: nil)
            }
        var log = VerifyLog(console: context.console, isJSON: output.json)
        defer { log.finish() }
        for try await line in JSONLines(response.body) { try log.take(Array(buffer: line)) }
        return try log.exitStatus()
    }
}
