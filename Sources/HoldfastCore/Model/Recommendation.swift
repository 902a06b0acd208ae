/// What somebody wants a model for.
public enum ModelTask: String, CaseIterable, Sendable {
    case chat
    case completion
    case longContext = "long-context"
    case embedding
}

/// How well one model does for a task, by rules that can be read: it must be able to, it must fit; then more parameters are better, then more bits
/// for each of them, then more context.
public struct Recommendation: Sendable, Equatable {
    public var model: Model
    public var suits: Bool
    public var needBytes: Int64
    public var reasons: [String]

    private static let embeddingArchitectures: Set<String> = [
        "bert", "nomic-bert", "nomic-bert-moe", "modern-bert", "jina-bert-v2", "jina-bert-v3", "gemma-embedding", "neo-bert", "eurobert",
    ]
    /// Tokens from which a context is called long.
    private static let longContext = 16_384

    static func makesEmbeddings(_ model: ModelDescription) -> Bool { embeddingArchitectures.contains(model.architecture) }

    /// - Parameters:
    ///   - models: each with the bytes it needs.
    ///   - memory: bytes that may be used.
    public static func rank(_ models: [(model: Model, need: Int64)], for task: ModelTask, memory: Int64) -> [Recommendation] {
        models.map { judge($0.model, need: $0.need, task, memory) }.sorted { better($0, $1) }
    }

    private static func judge(_ model: Model, need: Int64, _ task: ModelTask, _ memory: Int64) -> Recommendation {
        let description = model.description
        var against: [String] = []
        let isEmbedding = makesEmbeddings(description)
        if model.state == .corrupt { against.append("its file is corrupt") }
        switch task {
        case .chat:
            if isEmbedding {
                against.append("it makes embeddings and no text")
            } else if !description.hasChatTemplate {
                against.append("it has no chat template: it continues text, and does not answer")
            }
        case .completion: if isEmbedding { against.append("it makes embeddings and no text") }
        case .longContext:
            if isEmbedding { against.append("it makes embeddings and no text") }
            if let length = description.contextLength, length < longContext {
                against.append("it was trained for \(length) tokens, and a long context begins at \(longContext)")
            }
        case .embedding: if !isEmbedding { against.append("it makes text and no embeddings") }
        }
        if need > memory { against.append("it needs \(mebibytes(need)), and \(mebibytes(memory)) may be used") }
        guard against.isEmpty else { return Recommendation(model: model, suits: false, needBytes: need, reasons: against) }
        var reasons = ["\(millions(description.parameters)) M parameters as \(description.quantization)"]
        reasons.append("needs \(mebibytes(need)) of \(mebibytes(memory))")
        if let length = description.contextLength { reasons.append("trained for \(length) tokens") }
        if task == .chat { reasons.append("has a chat template") }
        return Recommendation(model: model, suits: true, needBytes: need, reasons: reasons)
    }

    private static func better(_ a: Recommendation, _ b: Recommendation) -> Bool {
        if a.suits != b.suits { return a.suits }
        let (first, second) = (a.model.description, b.model.description)
        if first.parameters != second.parameters { return first.parameters > second.parameters }
        if a.model.size != b.model.size { return a.model.size > b.model.size }
        if first.contextLength != second.contextLength { return (first.contextLength ?? 0) > (second.contextLength ?? 0) }
        return a.model.name < b.model.name
    }

    private static func millions(_ count: UInt64) -> UInt64 { (count + 500_000) / 1_000_000 }
    private static func mebibytes(_ bytes: Int64) -> String { "\(max(0, bytes) >> 20) MiB" }
}
