/// `holdfast run NAME PROMPT`: one question, one answer.
struct SingleAnswer {
    let stream: ChatStream
    let console: Console

    func run(_ request: ChatRequest, prompt: String, json: Bool = false) async throws -> CommandStatus {
        var request = request
        request.messages.append(.init(role: .user, content: prompt))
        if json {
            var answer = Document(model: request.model, answer: "", finish: nil)
            answer.finish = try await stream.answer(to: request) { answer.answer += $0 }
            try console.print(JSONText.pretty(encoding: answer))
            return .success
        }
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

    /// `--json`.
    private struct Document: Encodable {
        let model: String
        var answer: String
        /// `stop` or `length`.
        var finish: String?
    }

    static let cutNote = "(The answer was cut: it reached --max-tokens or the model's context.)"
}
