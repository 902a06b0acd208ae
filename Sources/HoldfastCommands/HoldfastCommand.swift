import ArgumentParser

/// A verb of the command line. Everything it needs comes with the context, so that a test can run it without a process.
protocol HoldfastCommand: AsyncParsableCommand {
    /// Whether errors are written as JSON too.
    var wantsJSON: Bool { get }
    func execute(in context: CommandContext) async throws -> CommandStatus
}
