/// What a request takes of an engine, for fair turns: tokens computed, an answer's counted twice, since each is a pass of its own.
enum RequestCost {
    /// Before it runs: four bytes are a token, and an answer is short unless it may be long.
    static func estimate(_ request: GenerationRequest) -> Double {
        let bytes =
            switch request.prompt {
            case .text(let text): text.utf8.count
            case .messages(let messages): messages.reduce(0) { $0 + $1.content.utf8.count }
            }
        return Double(max(1, bytes / 4) + 2 * min(request.sampling.maxTokens ?? 256, 256))
    }

    static func actual(_ usage: TokenUsage) -> Double { Double(max(1, usage.prompt - usage.cached + 2 * usage.completion)) }
}
