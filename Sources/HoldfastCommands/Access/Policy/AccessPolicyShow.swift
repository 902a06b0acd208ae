import ArgumentParser
import HoldfastAPI
import HoldfastHTTP

struct AccessPolicyShow: HoldfastCommand {
    static let configuration = CommandConfiguration(
        commandName: "show", abstract: "Show the policy that rules, and how the daemon's directory differs from it.")

    @OptionGroup var node: NodeOptions
    @OptionGroup var output: OutputOptions
    @Option(name: .long, help: ArgumentHelp("An older one.", valueName: "number"))
    var generation: Int64?

    var wantsJSON: Bool { output.json }

    func validate() throws {
        if let generation, generation < 1 { throw ValidationError("Generations are numbered from 1.") }
    }

    func execute(in context: CommandContext) async throws -> CommandStatus {
        let query = generation.map { [(key: "generation", value: "\($0)")] } ?? []
        let answer = try await context.node(node).fetch(PolicyShowBody.self, .policyShow, query: query)
        let text = PolicyText.show(answer.body, user: SystemNames.user, style: context.console.output.style)
        try context.console.output.write(output.json ? JSONText.pretty(answer.bytes) + "\n" : text)
        return .success
    }
}
