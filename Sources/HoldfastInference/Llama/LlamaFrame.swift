import FoundationEssentials
import NIOCore

/// One frame of llama-server's stream: what is read of it.
struct LlamaFrame: Decodable {
    struct Choice: Decodable {
        struct Delta: Decodable { let content: String? }

        let delta: Delta?
        let text: String?
        let finishReason: String?

        enum CodingKeys: String, CodingKey {
            case delta, text
            case finishReason = "finish_reason"
        }

        /// Chat has it in a delta, completions as text.
        var content: String? { text ?? delta?.content }
    }

    struct Usage: Decodable {
        struct Details: Decodable {
            let cachedTokens: Int?
            enum CodingKeys: String, CodingKey { case cachedTokens = "cached_tokens" }
        }

        let promptTokens: Int
        let completionTokens: Int
        let details: Details?

        enum CodingKeys: String, CodingKey {
            case promptTokens = "prompt_tokens"
            case completionTokens = "completion_tokens"
            case details = "prompt_tokens_details"
        }
    }

    struct Timings: Decodable {
        let promptMilliseconds: Double?
        let predictedMilliseconds: Double?

        enum CodingKeys: String, CodingKey {
            case promptMilliseconds = "prompt_ms"
            case predictedMilliseconds = "predicted_ms"
        }
    }

    let choices: [Choice]?
    let usage: Usage?
    let timings: Timings?
    let error: LlamaErrorBody?
}

/// llama-server's error, as a body of its own and as a frame.
struct LlamaErrorBody: Decodable {
    let message: String?
    let type: String?
    let promptTokens: Int?
    let contextTokens: Int?

    enum CodingKeys: String, CodingKey {
        case message, type
        case promptTokens = "n_prompt_tokens"
        case contextTokens = "n_ctx"
    }
}

/// An error answer's whole body.
struct LlamaErrorAnswer: Decodable {
    let error: LlamaErrorBody
}
