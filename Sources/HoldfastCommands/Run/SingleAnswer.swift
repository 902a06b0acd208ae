/// `holdfast run NAME PROMPT`: one question, one answer.
struct SingleAnswer {
    let stream: ChatStream
    let console: Console

    func run(_ request: ChatRequest, prompt: String) async throws -> CommandStatus {
        var request = request
        request.messages.append(.init(role: .user, content: prompt))
        var writer = AnswerWriter(console: console, model: request.model)
        let finish: String?
        do {
            finish = try await stream.answer(to: request) { try writer.write($0) }
        } catch {
            // An error is not to stand in the middle of a line.
            if !(error is BrokenPipe) { try? writer.endLine() }
            throw error
        }
        try writer.endLine()
        if finish == "length" { console.note(Self.cutNote) }
        return .success
    }

    static let cutNote = "(The answer was cut: it reached --max-tokens or the model's context.)"
}
