import HoldfastCore

/// `POST /v1/chat/completions`, as much of OpenAI's shape as a conversation at the terminal needs.
struct ChatRequest: Encodable, Sendable {
    struct Message: Codable, Sendable, Equatable {
        enum Role: String, Codable, Sendable {
            case system
            case user
            case assistant
        }
        var role: Role
        var content: String
    }

    var model: String
    var messages: [Message]
    var maxTokens: Int?
    var temperature: Double?
    var keepAlive: String?
    var stream = true

    enum CodingKeys: String, CodingKey {
        case model, messages, temperature, stream
        case maxTokens = "max_tokens"
        case keepAlive = "keep_alive"
    }
}

/// One frame of the streamed answer.
struct ChatChunk: Decodable, Sendable {
    struct Choice: Decodable, Sendable {
        struct Delta: Decodable, Sendable {
            var content: String?
        }
        var delta: Delta?
        var finishReason: String?

        enum CodingKeys: String, CodingKey {
            case delta
            case finishReason = "finish_reason"
        }
    }
    var choices: [Choice]
}
