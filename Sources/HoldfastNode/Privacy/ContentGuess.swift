import FoundationEssentials
import HoldfastAPI
import HoldfastCore
import HoldfastCrypto

/// Holds a text against the HMACs of a request's records.
struct ContentGuess {
    /// The text as it came, and what else a person may have meant by it.
    private let candidates: [[UInt8]]

    init(_ text: [UInt8]) {
        var candidates = [text]
        // Editors and `echo` end a file with a newline.
        if text.last == UInt8(ascii: "\n") {
            candidates.append(text.dropLast(text.dropLast().last == UInt8(ascii: "\r") ? 2 : 1))
        }
        if let messages = Self.messages(text) { candidates.append(messages) }
        self.candidates = candidates
    }

    /// - Parameters:
    ///   - salt: 32 bytes.
    ///   - contents: of the intent and the outcome.
    /// - Returns: `prompt`, `message` or `answer`, whichever it is; nil when it is none.
    func field(_ contents: [AuditContent], salt: [UInt8]) -> String? {
        let codes = candidates.map { Array(Hex.encode(HMACSHA256.authenticate(key: salt, $0)).utf8) }
        for content in contents {
            for (name, kept) in [("prompt", content.prompt), ("message", content.message), ("answer", content.answer)] {
                if let kept, codes.contains(where: { ConstantTime.equal($0, Array(kept.utf8)) }) { return name }
            }
        }
        return nil
    }

    /// The prompt of a chat, where the text is a request's body or its `messages`.
    private static func messages(_ text: [UInt8]) -> [UInt8]? {
        let first = text.first { !" \t\r\n".utf8.contains($0) }
        let body = first == UInt8(ascii: "[") ? Array("{\"model\":\"any\",\"messages\":".utf8) + text + Array("}".utf8) : text
        guard first == UInt8(ascii: "[") || first == UInt8(ascii: "{"),
            let chat = try? RequestDecoding.decode(ChatCompletionRequest.self, from: Data(body))
        else { return nil }
        return try? InferenceRequest.promptBytes(chat.messages)
    }
}
