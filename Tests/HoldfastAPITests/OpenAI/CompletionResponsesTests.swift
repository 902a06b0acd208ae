import FoundationEssentials
import HoldfastAPI
import Testing

@Suite("Whole answers have the keys OpenAI's clients expect, also those with nothing to say")
struct CompletionResponsesTests {
    private static let usage = UsageBody(prompt: 1, completion: 2, cached: 0)

    private static func text(_ body: some Encodable) throws -> String {
        String(decoding: try JSONEncoder().encode(body), as: UTF8.self)
    }

    @Test("a chat: logprobs and refusal are null") func chat() throws {
        let text = try Self.text(
            ChatCompletionBody(id: "i", created: 1, model: "m", content: "c", finishReason: "stop", usage: Self.usage))
        #expect(text.contains("\"logprobs\":null") && text.contains("\"refusal\":null"), "\(text)")
    }

    @Test("a completion: logprobs is null") func completion() throws {
        let text = try Self.text(CompletionBody(id: "i", created: 1, model: "m", text: "t", finishReason: "stop", usage: Self.usage))
        #expect(text.contains("\"logprobs\":null") && !text.contains("refusal"), "\(text)")
    }
}
