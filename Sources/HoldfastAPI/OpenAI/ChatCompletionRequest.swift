public import HoldfastCore

/// `POST /v1/chat/completions`, as much of it as this node honours; `docs/compatibility.md` lists the rest.
public struct ChatCompletionRequest: Decodable, Sendable {
    public struct Message: Sendable, Equatable {
        public let role: String
        public let content: String
    }

    public let model: String
    public let messages: [Message]
    public let sampling: SamplingFields
    public let scheduling: SchedulingFields
    public let format: AnswerFormat
    public let stream: Bool
    public let includeUsage: Bool

    static let maximumMessages = 4096
    static let roles: Set<String> = ["system", "developer", "user", "assistant"]

    public init(from decoder: any Decoder) throws {
        let fields = try RequestFields(decoder)
        model = try fields.required("model", expected: "the name of a model")
        messages = try Self.messages(fields)
        sampling = try SamplingFields(fields, maxTokensNames: ["max_completion_tokens", "max_tokens"])
        scheduling = try SchedulingFields(fields)
        stream = try fields.optional("stream", expected: "true or false") ?? false
        includeUsage = try StreamOptions.includeUsage(fields)
        for name in ["tools", "functions"] { try fields.unsupported(name, unless: { $0 == .array(isEmpty: true) }) }
        for name in ["tool_choice", "function_call"] {
            try fields.unsupported(name, unless: { $0 == .string("none") || $0 == .string("auto") })
        }
        format = try ResponseFormat.read(fields)
        for name in RequestFields.grammars { try fields.unsupported(name) }
        try fields.unsupported("logprobs", unless: { $0 == .bool(false) })
        try fields.unsupported("top_logprobs", unless: { $0 == .number(0) })
        try fields.unsupported("logit_bias", unless: { $0 == .emptyObject || $0 == .array(isEmpty: true) })
        try fields.unsupported("audio")
        _ = try fields.integer("n", in: 1...1)
    }

    private static func messages(_ fields: RequestFields) throws -> [Message] {
        let expected = "an array of 1 to \(maximumMessages) messages"
        let received = try fields.required("messages", as: [WireMessage].self, expected: expected)
        guard (1...maximumMessages).contains(received.count) else {
            throw RequestFields.refusal("'messages' must be \(expected).", field: "messages")
        }
        return try received.enumerated().map { index, message in
            guard roles.contains(message.role) else {
                throw RequestFields.refusal(
                    "'messages[\(index)].role' must be one of system, developer, user, assistant.", field: "messages[\(index)].role")
            }
            return Message(role: message.role == "developer" ? "system" : message.role, content: message.content)
        }
    }
}

/// A message as clients write it: its content is a string, or an array of text parts.
private struct WireMessage: Decodable {
    let role: String
    let content: String

    private struct Part: Decodable {
        let text: String

        init(from decoder: any Decoder) throws {
            let fields = try RequestFields(decoder)
            let type = try fields.required("type", as: String.self, expected: "\"text\"")
            guard type == "text" else {
                throw RequestFields.refusal(
                    "A message's content of type '\(type.prefix(40))' is not supported; only text is.", field: fields.place("type"))
            }
            text = try fields.required("text", expected: "a string")
        }
    }

    init(from decoder: any Decoder) throws {
        let fields = try RequestFields(decoder)
        role = try fields.required("role", expected: "a string")
        let expected = "a string or an array of text parts"
        if let text = try? fields.optional("content", as: String.self, expected: expected) {
            content = text
        } else {
            content = try (fields.optional("content", as: [Part].self, expected: expected) ?? []).map(\.text).joined()
        }
    }
}

enum StreamOptions {
    private struct Fields: Decodable {
        let includeUsage: Bool

        init(from decoder: any Decoder) throws {
            includeUsage = try RequestFields(decoder).optional("include_usage", expected: "true or false") ?? false
        }
    }

    static func includeUsage(_ fields: RequestFields) throws -> Bool {
        try fields.optional("stream_options", as: Fields.self, expected: "an object")?.includeUsage ?? false
    }
}
