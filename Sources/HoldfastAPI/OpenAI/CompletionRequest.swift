/// `POST /v1/completions`, as much of it as this node honours: one prompt of text.
public struct CompletionRequest: Decodable, Sendable {
    public let model: String
    public let prompt: String
    public let sampling: SamplingFields
    public let scheduling: SchedulingFields
    public let stream: Bool
    public let includeUsage: Bool
    public let echo: Bool

    public init(from decoder: any Decoder) throws {
        let fields = try RequestFields(decoder)
        model = try fields.required("model", expected: "the name of a model")
        let prompts = try fields.required("prompt", as: StringOrStrings.self, expected: "a string").strings
        guard prompts.count == 1, let first = prompts.first else {
            throw RequestFields.refusal("'prompt' must be one string.", field: "prompt")
        }
        prompt = first
        sampling = try SamplingFields(fields, maxTokensNames: ["max_tokens"])
        scheduling = try SchedulingFields(fields)
        stream = try fields.optional("stream", expected: "true or false") ?? false
        includeUsage = try StreamOptions.includeUsage(fields)
        echo = try fields.optional("echo", expected: "true or false") ?? false
        _ = try fields.integer("n", in: 1...1)
        _ = try fields.integer("best_of", in: 1...1)
        try fields.unsupported("response_format", unless: { $0 == .object(type: "text") })
        for name in RequestFields.grammars { try fields.unsupported(name) }
        try fields.unsupported("suffix", unless: { $0 == .string("") })
        try fields.unsupported("logprobs", unless: { $0 == .number(0) || $0 == .bool(false) })
        try fields.unsupported("logit_bias", unless: { $0 == .emptyObject || $0 == .array(isEmpty: true) })
    }
}
