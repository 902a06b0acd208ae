import FoundationEssentials
import HoldfastCore
import HoldfastHTTP
import NIOCore
import NIOHTTP1

/// What an engine can do with a slot's content. A protocol so that tests can stand in for it.
protocol SlotCommands: Sendable {
    /// Writes slot `slot` to `file` in the engine's scratch.
    /// - Returns: how many tokens and bytes the engine says it wrote.
    func save(_ slot: Int, file: String) async throws -> (tokens: Int, bytes: Int64)
    /// - Returns: how many tokens the engine says are in the slot now.
    func restore(_ slot: Int, file: String) async throws -> Int
    func erase(_ slot: Int) async throws
    /// The tokens of a prompt, as the engine itself would make them.
    func tokens(of prompt: GenerationRequest.Prompt) async throws -> [Int32]
}

/// llama-server's endpoints.
struct LlamaSlotCommands: SlotCommands {
    private struct Saved: Decodable {
        let tokens: Int
        let bytes: Int64
        enum CodingKeys: String, CodingKey {
            case tokens = "n_saved"
            case bytes = "n_written"
        }
    }

    private struct Restored: Decodable {
        let tokens: Int
        enum CodingKeys: String, CodingKey { case tokens = "n_restored" }
    }

    private struct Rendered: Decodable { let prompt: String }
    private struct Tokens: Decodable { let tokens: [Int32] }
    private struct FileName: Encodable { let filename: String }

    private struct Text: Encodable {
        let content: String
        // As the engine does with a prompt (server-common.cpp, tokenize_input_prompts).
        let addSpecial = true
        let parseSpecial = true
        enum CodingKeys: String, CodingKey {
            case content
            case addSpecial = "add_special"
            case parseSpecial = "parse_special"
        }
    }

    let client: UnixHTTPClient
    /// For a whole answer: an engine that hangs here is waited for no longer than that.
    let limit: Duration

    func save(_ slot: Int, file: String) async throws -> (tokens: Int, bytes: Int64) {
        let saved = try await ask("/slots/\(slot)?action=save", FileName(filename: file), Saved.self)
        return (saved.tokens, saved.bytes)
    }

    func restore(_ slot: Int, file: String) async throws -> Int {
        try await ask("/slots/\(slot)?action=restore", FileName(filename: file), Restored.self).tokens
    }

    func erase(_ slot: Int) async throws {
        struct Erased: Decodable {}
        _ = try await ask("/slots/\(slot)?action=erase", FileName(filename: ""), Erased.self)
    }

    func tokens(of prompt: GenerationRequest.Prompt) async throws -> [Int32] {
        let text: String
        switch prompt {
        case .text(let given): text = given
        case .messages(let messages): text = try await ask("/apply-template", LlamaConversation(messages: messages), Rendered.self).prompt
        }
        return try await ask("/tokenize", Text(content: text), Tokens.self).tokens
    }

    private func ask<Answer: Decodable>(_ path: String, _ body: some Encodable, _ type: Answer.Type) async throws -> Answer {
        let (status, answer) = try await client.whole(
            .POST, path, body: ByteBuffer(bytes: try JSONEncoder().encode(body)), upTo: 32 << 20, within: limit)
        guard status == .ok else { throw LlamaFailure.answer(status, answer) }
        return try JSONDecoder().decode(type, from: Data(answer.readableBytesView))
    }
}

/// A conversation as llama-server reads it, for its template alone.
private struct LlamaConversation: Encodable {
    struct Turn: Encodable {
        let role: String
        let content: String
    }

    let messages: [Turn]

    init(messages: [GenerationRequest.Message]) { self.messages = messages.map { Turn(role: $0.role.rawValue, content: $0.content) } }
}
