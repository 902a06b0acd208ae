import HoldfastCore

/// Lines a person types.
protocol PromptInput: Sendable {
    /// - Returns: nil at the end of the input.
    func nextLine() async -> String?
}

/// `holdfast run NAME` at a terminal: question and answer in turn, each answer knowing what was said before.
struct Conversation {
    private static let promptMark = ">>> "
    let stream: ChatStream
    let console: Console
    let input: any PromptInput
    let interrupts: Interrupts

    func run(_ request: ChatRequest) async throws -> CommandStatus {
        var request = request
        let output = console.output
        console.note("Talking with \(request.model). /bye ends, Ctrl-C stops an answer.")
        while true {
            try output.write(Self.promptMark)
            let line = await interrupts.handling(
                by: { try? output.write("\n/bye or Ctrl-D ends the conversation.\n" + Self.promptMark) }, input.nextLine)
            guard let line else {
                try output.write("\n")
                return .success
            }
            let text = line.trimmingPrefix { $0.isWhitespace }
            if text.isEmpty { continue }
            if text.prefix(while: { !$0.isWhitespace }) == "/bye" { return .success }
            if let status = try await answer(line, &request) { return status }
        }
    }

    /// What a stopped answer had said so far stays part of the conversation; a question that got no word of an answer does not.
    /// - Returns: a status when there is no point in going on; nil otherwise.
    private func answer(_ question: String, _ request: inout ChatRequest) async throws -> CommandStatus? {
        request.messages.append(.init(role: .user, content: question))
        let (said, result) = await stoppable(request)
        if said.isEmpty {
            request.messages.removeLast()
        } else {
            request.messages.append(.init(role: .assistant, content: said))
        }
        switch result {
        case .success("length"?): console.note(SingleAnswer.cutNote)
        case .success: break
        case .failure(let error as BrokenPipe): throw error
        case .failure(is CancellationError): console.note("(stopped)")
        case .failure(let error):
            let report = ErrorReport(error)
            try? console.errors.write(report.text(style: console.errors.style))
            if Self.isFinal(report.error.code) { return report.exitStatus }
        }
        return nil
    }

    /// Errors that the next question would meet again.
    private static func isFinal(_ code: HoldfastError.Code) -> Bool {
        [.nodeUnreachable, .interrupted, .modelNotFound, .accessDenied, .shuttingDown].contains(code)
    }

    private func stoppable(_ request: ChatRequest) async -> (said: String, result: Result<String?, any Error>) {
        let task = Task { [stream, console] in
            var writer = AnswerWriter(console: console, model: request.model)
            var result: Result<String?, any Error>
            do {
                result = .success(try await stream.answer(to: request) { try writer.write($0) })
            } catch {
                result = .failure(Task.isCancelled ? CancellationError() : error)
            }
            do { try writer.endLine() } catch { result = .failure(error) }
            return (writer.text, result)
        }
        return await interrupts.handling(by: { task.cancel() }) { await task.value }
    }
}
