import HoldfastCore
import Testing

@testable import HoldfastAPI

@Suite("Frames of a streamed answer, to the byte")
struct StreamFramesTests {
    private func text(_ bytes: [UInt8]?) -> String { String(decoding: bytes ?? [], as: UTF8.self) }

    @Test("a chat's frames")
    func chat() throws {
        let frames = try StreamFrames(kind: .chat, id: "chatcmpl-1", created: 17, model: "smol", includeUsage: false)
        let head =
            "data: {\"id\":\"chatcmpl-1\",\"object\":\"chat.completion.chunk\",\"created\":17,\"model\":\"smol\",\"choices\":[{\"index\":0,"
        let tail = ",\"logprobs\":null,\"finish_reason\":null}]}\n\n"
        #expect(text(frames.role()) == head + "\"delta\":{\"role\":\"assistant\",\"content\":\"\"}" + tail)
        #expect(try text(frames.content("a\"b\n\u{1}é")) == head + "\"delta\":{\"content\":\"a\\\"b\\n\\u0001é\"}" + tail)
        #expect(text(frames.finish("stop")) == head + "\"delta\":{},\"logprobs\":null,\"finish_reason\":\"stop\"}]}\n\n")
        #expect(try frames.usage(UsageBody(prompt: 1, completion: 2, cached: 0)) == nil)
        #expect(text(StreamFrames.done) == "data: [DONE]\n\n")
    }

    @Test("with usage, every frame has the key and one of its own has the figures")
    func usage() throws {
        let frames = try StreamFrames(kind: .chat, id: "i", created: 1, model: "m", includeUsage: true)
        #expect(try text(frames.content("x")).hasSuffix("\"finish_reason\":null}],\"usage\":null}\n\n"))
        let usage = try text(frames.usage(UsageBody(prompt: 3, completion: 4, cached: 2)))
        #expect(
            usage.hasPrefix("data: {\"id\":\"i\",") && usage.contains("\"choices\":[],\"usage\":{") && usage.contains("\"total_tokens\":7"))
    }

    @Test("a completion's frames hold text and no role")
    func completion() throws {
        let frames = try StreamFrames(kind: .text, id: "cmpl-1", created: 17, model: "m", includeUsage: false)
        #expect(frames.role() == nil)
        let head = "data: {\"id\":\"cmpl-1\",\"object\":\"text_completion\",\"created\":17,\"model\":\"m\",\"choices\":[{\"index\":0,"
        #expect(try text(frames.content("x")) == head + "\"text\":\"x\",\"logprobs\":null,\"finish_reason\":null}]}\n\n")
        #expect(text(frames.finish("length")) == head + "\"text\":\"\",\"logprobs\":null,\"finish_reason\":\"length\"}]}\n\n")
    }

    @Test("a model's name cannot break out of its frame, and an error is one frame")
    func hostile() throws {
        let frames = try StreamFrames(kind: .chat, id: "i", created: 1, model: "a\"\n\ndata: x", includeUsage: false)
        #expect(text(frames.role()).components(separatedBy: "\n\n").count == 2)
        let error = text(StreamFrames.error(HoldfastError(.engineFailed, "two\n\nlines")))
        #expect(error.hasPrefix("data: {\"error\":{") && error.components(separatedBy: "\n\n").count == 2)
    }
}

extension String {
    fileprivate func components(separatedBy separator: String) -> [String] {
        var parts: [String] = []
        var rest = self[...]
        while let range = rest.firstRange(of: separator) {
            parts.append(String(rest[..<range.lowerBound]))
            rest = rest[range.upperBound...]
        }
        return parts + [String(rest)]
    }
}
