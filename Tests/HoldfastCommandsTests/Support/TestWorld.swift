import ArgumentParser

@testable import HoldfastCommands

/// A world for a command: a node that is a script, and streams that are strings.
struct TestWorld {
    let output: MemorySink
    let errors: MemorySink
    let context: CommandContext

    init(terminal: Bool = false, outputIsBroken: Bool = false, environment: [String: String] = [:], uid: UInt32 = 1000) {
        output = MemorySink(isTerminal: terminal, isBroken: outputIsBroken)
        errors = MemorySink(isTerminal: terminal)
        context = CommandContext(
            console: Console(output: output, errors: errors), environment: environment, uid: uid, now: { 1_800_000_000_000 })
    }

    /// Parses a command line and runs it, as `main` does.
    func run(_ arguments: [String]) async throws -> CommandStatus {
        let command = try Holdfast.parseAsRoot(arguments)
        guard let verb = command as? any HoldfastCommand else { throw NotAVerb() }
        return await CommandLineTool.run(verb, in: context)
    }

    struct NotAVerb: Error {}
}
