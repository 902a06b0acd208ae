import FoundationEssentials
import HoldfastCore
import NIOCore
import NIOHTTP1

/// Errors of an engine in the words of its caller. What an engine says of a request may quote the prompt: it goes to the caller and to no log.
enum LlamaFailure {
    /// An answer that is no stream.
    static func answer(_ status: HTTPResponseStatus, _ body: ByteBuffer, to request: GenerationRequest? = nil) -> HoldfastError {
        guard let error = try? JSONDecoder().decode(LlamaErrorAnswer.self, from: Data(body.readableBytesView)).error else {
            return HoldfastError(.engineFailed, "The engine failed to answer.", detail: "HTTP \(status.code), and no error in JSON")
        }
        return refusal(error, status: status.code, to: request)
    }

    /// - Parameter status: nil after the answer had begun.
    static func refusal(_ error: LlamaErrorBody, status: UInt?, to request: GenerationRequest? = nil) -> HoldfastError {
        let kind = error.type?.prefix(60) ?? "no type"
        if error.type == "exceed_context_size_error" {
            let prompt = error.promptTokens.map { "The prompt's \($0) tokens" } ?? "The prompt"
            let context = error.contextTokens.map { " of \($0) tokens" } ?? ""
            let isText = if case .text? = request?.prompt { true } else { false }
            return HoldfastError(
                .contextExceeded, "\(prompt) do not fit into the model's context\(context).",
                hint: isText ? "shorten the prompt" : "shorten the conversation", field: isText ? "prompt" : "messages")
        }
        let said = error.message.map { ": \($0.prefix(300))" } ?? "."
        if let status, (400..<500).contains(status) {
            return HoldfastError(.invalidRequest, "The model cannot take this request\(said)", detail: "HTTP \(status), \(kind)")
        }
        return HoldfastError(.engineFailed, "The engine failed on this request\(said)", detail: "HTTP \(status ?? 200), \(kind)")
    }

    static func malformed(_ what: String) -> HoldfastError {
        HoldfastError(.engineFailed, "The engine's answer cannot be read; the request was given up.", detail: what)
    }

    static func exited(_ model: ModelName, _ process: any EngineProcess) -> HoldfastError {
        let cause = process.exitCause
        return HoldfastError(
            cause?.code ?? .engineFailed, "The engine of \(model) \(cause?.explanation ?? "ended in the middle of the request").",
            detail: "\(process.exitReason.map(\.description) ?? "its connection broke"); stderr ends: \(process.stderrTail())",
            hint: cause?.hint ?? "try again: the next request starts it anew", retryAfter: 1)
    }

    /// Ended on purpose, with answers still under way.
    static func ended(_ model: ModelName) -> HoldfastError {
        HoldfastError(
            .shuttingDown, "\(model) was unloaded, or the node is shutting down, before the answer was whole.",
            hint: "try again: the next request loads it", retryAfter: 1)
    }

    static func stalled(_ model: ModelName, after stall: Duration, _ doing: String, stderrTail: String) -> HoldfastError {
        HoldfastError(
            .engineStalled,
            "The engine of \(model) showed no progress for \(Int(stall.inSeconds.rounded())) seconds while \(doing), and was ended.",
            detail: "stderr ends: \(stderrTail)", hint: "try again: the next request starts it anew", retryAfter: 1)
    }
}
