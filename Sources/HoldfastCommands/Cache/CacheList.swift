import ArgumentParser
import HoldfastAPI

struct CacheList: HoldfastCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "List saved prefixes: whose, of which model, how large. Never what was said.")

    @OptionGroup var node: NodeOptions
    @OptionGroup var output: OutputOptions

    var wantsJSON: Bool { output.json }

    func execute(in context: CommandContext) async throws -> CommandStatus {
        let answer = try await context.node(node).fetch(CacheListBody.self, .cacheList)
        let text = CacheText.list(answer.body, now: context.now(), style: context.console.output.style)
        try context.console.output.write(output.json ? JSONText.pretty(answer.bytes) + "\n" : text)
        return .success
    }
}
