public import HoldfastCore

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// The server-sent events of one streamed answer, in the order OpenAI's clients know: role, content…, finish, usage on request, `[DONE]`.
///
/// What is the same in every frame is rendered once; a content frame costs one string escape.
public struct StreamFrames: Sendable {
    public enum Kind: Sendable {
        case chat
        case text
    }

    private let kind: Kind
    private let head: [UInt8]
    private let includeUsage: Bool

    public init(kind: Kind, id: String, created: Int, model: String, includeUsage: Bool) throws {
        self.kind = kind
        self.includeUsage = includeUsage
        let object = kind == .chat ? "chat.completion.chunk" : "text_completion"
        let name = String(decoding: try CanonicalJSON.string(model).serialized(), as: UTF8.self)
        head = Array("data: {\"id\":\"\(id)\",\"object\":\"\(object)\",\"created\":\(created),\"model\":\(name),".utf8)
    }

    public func role() -> [UInt8]? {
        kind == .chat ? frame(delta: Array("\"role\":\"assistant\",\"content\":\"\"".utf8), finish: nil) : nil
    }

    public func content(_ text: String) throws -> [UInt8] {
        let escaped = try CanonicalJSON.string(text).serialized()
        return frame(delta: Array((kind == .chat ? "\"content\":" : "\"text\":").utf8) + escaped, finish: nil)
    }

    public func finish(_ reason: String) -> [UInt8] {
        frame(delta: kind == .chat ? [] : Array("\"text\":\"\"".utf8), finish: reason)
    }

    /// - Returns: nil unless the request asked for usage.
    public func usage(_ usage: UsageBody, timings: TimingsBody? = nil) throws -> [UInt8]? {
        guard includeUsage else { return nil }
        var frame = head + Array("\"choices\":[],\"usage\":".utf8) + (try JSONEncoder().encode(usage))
        if let timings { frame += Array(",\"timings\":".utf8) + (try JSONEncoder().encode(timings)) }
        return frame + Array("}\n\n".utf8)
    }

    public static let done = Array("data: [DONE]\n\n".utf8)

    /// A failure after the first byte: one frame with OpenAI's error body, then the stream ends without `[DONE]`.
    public static func error(_ error: HoldfastError) -> [UInt8] {
        let body = (try? JSONEncoder().encode(OpenAIErrorBody(error))).map(Array.init) ?? Array("{\"error\":null}".utf8)
        return Array("data: ".utf8) + body + Array("\n\n".utf8)
    }

    private func frame(delta: [UInt8], finish: String?) -> [UInt8] {
        let reason = finish.map { "\"\($0)\"" } ?? "null"
        let usage = includeUsage ? ",\"usage\":null" : ""
        let end = Array(",\"finish_reason\":\(reason)}]\(usage)}\n\n".utf8)
        switch kind {
        case .chat: return head + Array("\"choices\":[{\"index\":0,\"delta\":{".utf8) + delta + Array("},\"logprobs\":null".utf8) + end
        case .text: return head + Array("\"choices\":[{\"index\":0,".utf8) + delta + Array(",\"logprobs\":null".utf8) + end
        }
    }
}
