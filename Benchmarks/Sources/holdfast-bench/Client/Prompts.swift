/// Prompts that nobody has computed before.
enum Prompts {
    /// - Parameters:
    ///   - rules: about 22 tokens each.
    ///   - book: a number of this prompt's own, in its first words.
    static func rules(_ rules: Int, book: Int) -> String {
        "Book \(book). "
            + (0..<rules).map { "Rule \($0): valve \($0 * 7) must be closed before pump \($0 * 3) starts." }.joined(separator: " ")
    }
}
