import Glibc

/// Asks whoever sits at the terminal.
enum TerminalQuestion {
    static var canAsk: Bool { isatty(STDIN_FILENO) == 1 && isatty(STDERR_FILENO) == 1 }

    /// - Returns: the line that was typed; nil at the end of the input.
    static func ask(_ question: String, _ console: Console) -> String? {
        try? console.errors.write(question)
        return readLine(strippingNewline: true)
    }
}
