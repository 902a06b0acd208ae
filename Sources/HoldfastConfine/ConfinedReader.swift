import Glibc

/// A program of ours that shuts itself in and then reads one hostile file: `PROGRAM --parent PID --model FILE [--NAME VALUE …]`.
public enum ConfinedReader {
    /// - Parameter read: gets a descriptor of the file; what it returns is what is wrong with the file, or nil.
    public static func run(_ read: (Int32) -> String?) -> Never {
        switch Invocation.parse(CommandLine.arguments.dropFirst(), needsProgram: false) {
        case .failure(let mistake): fail(.usage, mistake.text)
        case .success(let invocation):
            guard let file = invocation.confine() else { fail(.usage, "--model FILE is needed") }
            if let problem = read(file) { fail(.model, problem) }
            exit(0)
        }
    }
}
