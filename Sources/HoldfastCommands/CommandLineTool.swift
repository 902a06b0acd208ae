import ArgumentParser
import FoundationEssentials
import Glibc

/// The program `holdfast`.
public enum CommandLineTool {
    /// Runs the command line of this process and ends it with one of the statuses of `docs/exit-codes.md`.
    public static func main() async -> Never {
        // A reader that goes away shows as EPIPE in a write, where it is known what to make of it.
        signal(SIGPIPE, SIG_IGN)
        let environment = ProcessInfo.processInfo.environment
        let context = CommandContext(console: .standard(environment: environment), environment: environment, uid: getuid())
        do {
            var command = try Holdfast.parseAsRoot()
            guard let verb = command as? any HoldfastCommand else {
                // A group without a verb, or `help`: both only print.
                try command.run()
                exit(CommandStatus.success.rawValue)
            }
            exit(await run(verb, in: context).rawValue)
        } catch {
            Holdfast.exit(withError: error)
        }
    }

    static func run(_ command: some HoldfastCommand, in context: CommandContext) async -> CommandStatus {
        do {
            return try await command.execute(in: context)
        } catch is BrokenPipe {
            return .success
        } catch {
            let report = ErrorReport(error)
            let text = command.wantsJSON ? try? report.json() : nil
            // Nobody is left to tell when stderr is gone; the status still says it.
            try? context.console.errors.write(text ?? report.text(style: context.console.errors.style))
            return report.exitStatus
        }
    }
}
