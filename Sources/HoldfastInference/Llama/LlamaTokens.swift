import FoundationEssentials
import HoldfastCore
import HoldfastHTTP
import NIOCore
import NIOHTTP1

/// Counts the tokens of a prompt with llama-server's `/apply-template` and `/tokenize`, as its completions do.
struct LlamaTokens {
    private struct Messages: Encodable {
        struct Message: Encodable {
            let role: String
            let content: String
        }
        let messages: [Message]
    }

    private struct Prompt: Decodable { let prompt: String }

    private struct Text: Encodable {
        let content: String
        let addSpecial = true
        let parseSpecial = true

        enum CodingKeys: String, CodingKey {
            case content
            case addSpecial = "add_special"
            case parseSpecial = "parse_special"
        }
    }

    private struct Tokens: Decodable { let tokens: [Int32] }

    /// Of the longest body that is read, a million tokens in JSON.
    private static let largest = 16 << 20

    private let client: UnixHTTPClient
    private let limit: Duration

    /// - Parameter limit: how long the engine may take for an answer; nothing else watches it while it computes nothing.
    init(socketPath: String, limit: Duration) {
        self.limit = limit
        client = UnixHTTPClient(socketPath: socketPath, headTimeout: nil) { failure in
            HoldfastError(.engineFailed, "The engine failed to count the prompt.", detail: failure.reason, cause: failure)
        }
    }

    func count(_ prompt: GenerationRequest.Prompt) async throws -> Int {
        let text: String
        switch prompt {
        case .text(let whole): text = whole
        case .messages(let messages):
            let list = messages.map { Messages.Message(role: $0.role.rawValue, content: $0.content) }
            text = try await ask("/apply-template", Messages(messages: list), Prompt.self).prompt
        }
        return try await ask("/tokenize", Text(content: text), Tokens.self).tokens.count
    }

    private func ask<Answer: Decodable>(_ path: String, _ question: some Encodable, _ type: Answer.Type) async throws -> Answer {
        let (status, body) = try await client.whole(
            .POST, path, body: ByteBuffer(bytes: try JSONEncoder().encode(question)), upTo: Self.largest, within: limit)
        guard status == .ok else { throw LlamaFailure.answer(status, body) }
        do {
            return try JSONDecoder().decode(type, from: Data(body.readableBytesView))
        } catch {
            throw LlamaFailure.malformed("an answer of \(path) that is not the JSON it should be")
        }
    }
}
