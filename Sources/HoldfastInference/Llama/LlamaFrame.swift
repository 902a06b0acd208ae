import FoundationEssentials
import HoldfastCore
package import NIOCore

/// One frame of llama-server's stream: what is read of it.
package struct LlamaFrame: Decodable {
    package struct Choice: Decodable {
        struct Delta: Decodable { let content: String? }

        let delta: Delta?
        let text: String?
        let finishReason: String?

        enum CodingKeys: String, CodingKey {
            case delta, text
            case finishReason = "finish_reason"
        }

        /// Chat has it in a delta, completions as text.
        package var content: String? { text ?? delta?.content }
    }

    struct Usage: Decodable {
        struct Details: Decodable {
            let cachedTokens: Int?
            enum CodingKeys: String, CodingKey { case cachedTokens = "cached_tokens" }
        }

        let promptTokens: Int
        let completionTokens: Int
        let details: Details?

        /// Nil when the counts cannot be: they are added up, charged for and kept.
        var tokens: TokenUsage? {
            let cached = details?.cachedTokens ?? 0
            let possible = 0...1 << 30
            guard possible.contains(promptTokens), possible.contains(completionTokens), (0...promptTokens).contains(cached) else {
                return nil
            }
            return TokenUsage(prompt: promptTokens, completion: completionTokens, cached: cached)
        }

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

    package let choices: [Choice]?
    let usage: Usage?
    let timings: Timings?
    let error: LlamaErrorBody?
}

extension LlamaFrame {
    /// The text of a frame that carries text and nothing else, as all but the first and the last of an answer do.
    ///
    /// One comes for each token, and JSONDecoder was a quarter of what a token cost the daemon; the strict reader of the audit trail takes
    /// a tenth of that.
    /// - Returns: nil for any other frame, and for one whose numbers are not integers: those are JSONDecoder's.
    package static func plainText(of data: ByteBuffer) -> String? {
        guard let frame = try? CanonicalJSON(parsing: data.readableBytesView, requireCanonical: false),
            frame["usage"] == nil, frame["timings"] == nil, frame["error"] == nil,
            let choice = frame["choices"]?.arrayValue?.first, choice["finish_reason"] ?? .null == .null
        else { return nil }
        return (choice["text"] ?? choice["delta"]?["content"])?.stringValue
    }
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
