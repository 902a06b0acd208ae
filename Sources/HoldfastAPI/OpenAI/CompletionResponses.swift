import HoldfastCore

/// Token counts in OpenAI's shape.
public struct UsageBody: Encodable, Sendable {
    public struct PromptDetails: Encodable, Sendable {
        public let cachedTokens: Int
        enum CodingKeys: String, CodingKey { case cachedTokens = "cached_tokens" }
    }

    public let promptTokens: Int
    public let completionTokens: Int
    public let totalTokens: Int
    public let promptTokensDetails: PromptDetails

    public init(prompt: Int, completion: Int, cached: Int) {
        promptTokens = prompt
        completionTokens = completion
        totalTokens = prompt + completion
        promptTokensDetails = PromptDetails(cachedTokens: cached)
    }

    enum CodingKeys: String, CodingKey {
        case promptTokens = "prompt_tokens"
        case completionTokens = "completion_tokens"
        case totalTokens = "total_tokens"
        case promptTokensDetails = "prompt_tokens_details"
    }
}

/// Where a request's time went, in milliseconds; beside OpenAI's fields, under llama.cpp's names where it has them.
public struct TimingsBody: Encodable, Sendable {
    public let load: Int64
    public let queued: Int64
    public let prompt: Int64
    public let predicted: Int64

    /// - Parameters:
    ///   - load: waiting until the model was loaded.
    ///   - queued: waiting for its turn.
    public init(load: Int64, queued: Int64, prompt: Int64, predicted: Int64) {
        self.load = load
        self.queued = queued
        self.prompt = prompt
        self.predicted = predicted
    }

    enum CodingKeys: String, CodingKey {
        case load = "load_ms"
        case queued = "queued_ms"
        case prompt = "prompt_ms"
        case predicted = "predicted_ms"
    }
}

/// A key that OpenAI's clients expect to be there, and that has nothing to say.
struct JSONNull: Encodable, Sendable {
    func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encodeNil()
    }
}

/// The whole answer of `POST /v1/chat/completions`.
public struct ChatCompletionBody: Encodable, Sendable {
    struct Message: Encodable, Sendable {
        let role = "assistant"
        let content: String
        let refusal = JSONNull()
        enum CodingKeys: String, CodingKey { case role, content, refusal }
    }

    struct Choice: Encodable, Sendable {
        let index = 0
        let message: Message
        let logprobs = JSONNull()
        let finishReason: String
        enum CodingKeys: String, CodingKey {
            case index, message, logprobs
            case finishReason = "finish_reason"
        }
    }

    let id: String
    let object = "chat.completion"
    let created: Int
    let model: String
    let choices: [Choice]
    let usage: UsageBody
    let timings: TimingsBody?

    enum CodingKeys: String, CodingKey { case id, object, created, model, choices, usage, timings }

    public init(
        id: String, created: Int, model: String, content: String, finishReason: String, usage: UsageBody, timings: TimingsBody? = nil
    ) {
        self.id = id
        self.created = created
        self.model = model
        self.choices = [Choice(message: Message(content: content), finishReason: finishReason)]
        self.usage = usage
        self.timings = timings
    }
}

/// The whole answer of `POST /v1/completions`.
public struct CompletionBody: Encodable, Sendable {
    struct Choice: Encodable, Sendable {
        let index = 0
        let text: String
        let logprobs = JSONNull()
        let finishReason: String
        enum CodingKeys: String, CodingKey {
            case index, text, logprobs
            case finishReason = "finish_reason"
        }
    }

    let id: String
    let object = "text_completion"
    let created: Int
    let model: String
    let choices: [Choice]
    let usage: UsageBody
    let timings: TimingsBody?

    enum CodingKeys: String, CodingKey { case id, object, created, model, choices, usage, timings }

    public init(id: String, created: Int, model: String, text: String, finishReason: String, usage: UsageBody, timings: TimingsBody? = nil)
    {
        self.id = id
        self.created = created
        self.model = model
        self.choices = [Choice(text: text, finishReason: finishReason)]
        self.usage = usage
        self.timings = timings
    }
}

/// `GET /v1/models/{id}`, and a row of `GET /v1/models`.
public struct OpenAIModelBody: Encodable, Sendable {
    let id: String
    let object = "model"
    let created: Int
    let ownedBy = "holdfast"

    enum CodingKeys: String, CodingKey {
        case id, object, created
        case ownedBy = "owned_by"
    }

    public init(id: String, created: Int) {
        self.id = id
        self.created = created
    }
}

/// `GET /v1/models`. Written row by row: an encoder takes eighty milliseconds for ten thousand of them, which anybody who may list models
/// could ask for again and again.
public struct OpenAIModelListBody: Sendable {
    private var text = Array("{\"object\":\"list\",\"data\":[".utf8)
    private var isFirst = true

    public init() {}

    /// - Parameter created: seconds since 1970.
    public mutating func add(id: String, created: Int64) throws {
        if !isFirst { text.append(UInt8(ascii: ",")) }
        isFirst = false
        text += "{\"id\":".utf8
        text += try CanonicalJSON.string(id).serialized()
        text += ",\"object\":\"model\",\"created\":\(created),\"owned_by\":\"holdfast\"}".utf8
    }

    public var bytes: [UInt8] { text + "]}".utf8 }
}
