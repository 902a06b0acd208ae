import HoldfastAPI
import HoldfastCore
import HoldfastInference

/// A chat or a completion, read and checked: what the two have in common from here on.
struct InferenceRequest: Sendable {
    let name: ModelName
    let kind: StreamFrames.Kind
    let generation: GenerationRequest
    let scheduling: SchedulingFields
    let stream: Bool
    let includeUsage: Bool
    /// `echo` of completions: the answer begins with this.
    let echo: String?
    /// For the audit trail.
    let parameters: [String: Int64]
    let promptBytes: [UInt8]
    /// The last message that the user wrote; nil for completions.
    let lastMessage: [UInt8]?

    init(_ chat: ChatCompletionRequest) throws {
        name = try Self.name(chat.model)
        kind = .chat
        generation = GenerationRequest(
            .messages(chat.messages.map { .init(.init(rawValue: $0.role) ?? .user, $0.content) }),
            sampling: try Self.sampling(chat.sampling), format: chat.format)
        scheduling = chat.scheduling
        stream = chat.stream
        includeUsage = chat.includeUsage
        echo = nil
        var parameters = chat.sampling.auditParameters.merging(chat.format.auditParameters) { $1 }
        parameters["messages"] = Int64(chat.messages.count)
        parameters["stream"] = chat.stream ? 1 : 0
        self.parameters = parameters
        promptBytes = try Self.promptBytes(chat.messages)
        lastMessage = chat.messages.last { $0.role == "user" }.map { Array($0.content.utf8) }
    }

    /// What `content.prompt` of a chat's record is over: `docs/audit-records.md`.
    static func promptBytes(_ messages: [ChatCompletionRequest.Message]) throws -> [UInt8] {
        try CanonicalJSON.array(messages.map { .object(["role": .string($0.role), "content": .string($0.content)]) }).serialized()
    }

    init(_ completion: CompletionRequest) throws {
        name = try Self.name(completion.model)
        kind = .text
        generation = GenerationRequest(.text(completion.prompt), sampling: try Self.sampling(completion.sampling, standardMaximum: 16))
        scheduling = completion.scheduling
        stream = completion.stream
        includeUsage = completion.includeUsage
        echo = completion.echo ? completion.prompt : nil
        var parameters = completion.sampling.auditParameters
        parameters["stream"] = completion.stream ? 1 : 0
        self.parameters = parameters
        promptBytes = Array(completion.prompt.utf8)
        lastMessage = nil
    }

    /// A name that cannot be one is a model that is not there: OpenAI's clients expect 404 then, not a lesson in grammar.
    private static func name(_ text: String) throws -> ModelName {
        do {
            return try ModelName(parsing: text)
        } catch {
            throw HoldfastError(
                .modelNotFound, "The model '\(text.prefix(80))' does not exist or you do not have access to it.",
                hint: "holdfast model list",
                field: "model")
        }
    }

    /// - Parameter standardMaximum: OpenAI's default for completions; chats go on until the model ends.
    private static func sampling(_ fields: SamplingFields, standardMaximum: Int? = nil) throws -> Sampling {
        var sampling = Sampling()
        sampling.temperature = fields.temperature
        sampling.topP = fields.topP
        sampling.topK = fields.topK
        sampling.minP = fields.minP
        sampling.seed = fields.seed.map { UInt32(truncatingIfNeeded: $0) }
        sampling.frequencyPenalty = fields.frequencyPenalty
        sampling.presencePenalty = fields.presencePenalty
        sampling.stop = fields.stop
        sampling.maxTokens = fields.maxTokens ?? standardMaximum
        return try sampling.checked()
    }
}
